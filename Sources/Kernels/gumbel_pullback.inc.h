// Pullbacks of the relaxed samples.

/// How to divide by a temperature: by its reciprocal where both are normal numbers.
typedef struct {
  vf temperature, inverse;
  vi ordinary;
  bool all_ordinary;
} divisor;

INLINE divisor divisor_of(vf t) {
  divisor d = {t, 1.0f / t, (t >= least_temperature) & (t <= greatest_temperature), false};
  d.all_ordinary = (lane_bits(d.ordinary) & 255) == 255;
  return d;
}

/// p / t, and 0 where p is 0, whatever t is: one-hot rows have no gradient even at temperature 0.
INLINE vf divided(vf p, const divisor *d) {
  vf q = p * d->inverse;
  if (d->all_ordinary) return q;
  return choose(d->ordinary, q, choose(p == 0.0f, splat(0), p / d->temperature));
}

/// One element's gradient: of a sample on the simplex from the row's <g, y>, of a log-space sample
/// from the row's sum of g. Entries of probability 0 in log space take no part.
INLINE vf sample_gradient(vf y, vf g, vf reduced, const divisor *d, const bool logarithm) {
  if (!logarithm) return divided(y * (g - reduced), d);
  vf p = fma_(-exp_(y), reduced, g);
  return divided(choose(y == -INFINITY, splat(0), p), d);
}
INLINE vf reduced_term(vf y, vf g, vf sum, const bool logarithm) {
  if (!logarithm) return fma_(y, g, sum);
  return sum + choose(y == -INFINITY, splat(0), g);
}

INLINE void pullback_either(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k, const bool logarithm) {
  if (rows == 0) {
    for (size_t c = 0; sum_rows && c < k; c++) sum_rows[c] = 0;
    return;
  }
  divisor d = divisor_of(splat(temperature[0]));
  if (k <= narrow_limit) {
    vf total[narrow_limit];
    for (size_t c = 0; c < k; c++) total[c] = splat(0);
    for (size_t r = 0; r < rows; r += 8) {
      size_t here = group_rows(r, rows);
      bool slack = group_slack(r, rows, k);
      vf ty[narrow_limit], tg[narrow_limit];
      load_group(y + r * k, here, k, slack, ty);
      load_group(g + r * k, here, k, slack, tg);
      if (temperature_stride) d = divisor_of(load_up_to(temperature + r, here, 1));
      vf reduced = splat(0);
      for (size_t c = 0; c < k; c++) reduced = reduced_term(ty[c], tg[c], reduced, logarithm);
      for (size_t c = 0; c < k; c++) {
        ty[c] = sample_gradient(ty[c], tg[c], reduced, &d, logarithm);
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
    if (temperature_stride) d = divisor_of(splat(temperature[r]));
    vf lanes = splat(0);
    for (size_t i = 0; i < k; i += 8) {
      lanes = reduced_term(
          load_up_to(y + i, k - i, 0), load_up_to(g + i, k - i, 0), lanes, logarithm);
    }
    vf reduced = splat(sum_lanes(lanes));
    for (size_t i = 0; i < k; i += 8) {
      vf v = sample_gradient(
          load_up_to(y + i, k - i, 0), load_up_to(g + i, k - i, 0), reduced, &d, logarithm);
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
