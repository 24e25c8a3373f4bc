// Pullbacks of the relaxed samples.

/// p / t, and 0 where p is 0, whatever t is: one-hot rows have no gradient even at temperature 0.
INLINE vf divided(vf p, vf t) { return choose(p == 0.0f, splat(0), p / t); }

/// One element's gradient: of a sample on the simplex from the row's <g, y>, of a log-space sample
/// from the row's sum of g. Entries of probability 0 in log space take no part.
INLINE vf sample_gradient(vf y, vf g, vf reduced, vf t, const bool logarithm) {
  if (!logarithm) return divided(y * (g - reduced), t);
  vf d = fma_(-exp_(y), reduced, g);
  return divided(choose(y == -INFINITY, splat(0), d), t);
}
INLINE vf reduced_term(vf y, vf g, vf sum, const bool logarithm) {
  if (!logarithm) return fma_(y, g, sum);
  return sum + choose(y == -INFINITY, splat(0), g);
}

INLINE void pullback_either(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k, const bool logarithm) {
  if (k <= narrow_limit) {
    vf total[narrow_limit];
    for (size_t c = 0; c < k; c++) total[c] = splat(0);
    for (size_t r = 0; r < rows; r += 8) {
      size_t here = group_rows(r, rows);
      bool slack = group_slack(r, rows, k);
      vf ty[narrow_limit], tg[narrow_limit];
      load_group(y + r * k, here, k, slack, ty);
      load_group(g + r * k, here, k, slack, tg);
      vf t = temperature_stride ? load_up_to(temperature + r, here, 1) : splat(temperature[0]);
      vf reduced = splat(0);
      for (size_t c = 0; c < k; c++) reduced = reduced_term(ty[c], tg[c], reduced, logarithm);
      for (size_t c = 0; c < k; c++) {
        ty[c] = sample_gradient(ty[c], tg[c], reduced, t, logarithm);
        total[c] += ty[c];
      }
      if (dx) store_group(dx + r * k, here, k, ty);
    }
    if (sum_rows) {
      for (size_t c = 0; c < k; c++) sum_rows[c] = sum_lanes(total[c]);
    }
    return;
  }
  if (sum_rows) memset(sum_rows, 0, k * sizeof *sum_rows);
  for (size_t r = 0; r < rows; r++, y += k, g += k) {
    vf t = splat(temperature[r * temperature_stride]);
    vf lanes = splat(0);
    for (size_t i = 0; i < k; i += 8) {
      lanes = reduced_term(
          load_up_to(y + i, k - i, 0), load_up_to(g + i, k - i, 0), lanes, logarithm);
    }
    vf reduced = splat(sum_lanes(lanes));
    for (size_t i = 0; i < k; i += 8) {
      vf v = sample_gradient(
          load_up_to(y + i, k - i, 0), load_up_to(g + i, k - i, 0), reduced, t, logarithm);
      if (dx) store_up_to(dx + r * k + i, v, k - i);
      if (sum_rows) store_up_to(sum_rows + i, load_up_to(sum_rows + i, k - i, 0) + v, k - i);
    }
  }
}

static void gumbel_softmax_pullback_rows(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k) {
  pullback_either(y, g, temperature, temperature_stride, dx, sum_rows, rows, k, false);
}
static void log_gumbel_softmax_pullback_rows(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k) {
  pullback_either(y, g, temperature, temperature_stride, dx, sum_rows, rows, k, true);
}
