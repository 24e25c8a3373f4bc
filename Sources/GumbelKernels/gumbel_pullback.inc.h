// Pullbacks of the relaxed samples.

INLINE void pullback_either(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k, const bool logarithm) {
  if (rows == 0) {
    for (size_t c = 0; sum_rows && c < k; c++) sum_rows[c] = 0;
    return;
  }
  if (is_vector_row(k)) {
    pull_back_short_rows(
        y, g, temperature, temperature_stride, dx, sum_rows, rows, k, logarithm);
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
