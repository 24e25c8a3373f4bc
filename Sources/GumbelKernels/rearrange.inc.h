// Transposition by squares of registers, and sums of rows.

/// y [count, width] from x, where element (i, c) of y is x[i + c stride].
static void transpose_rows(
    const uint32_t *x, size_t stride, uint32_t *y, size_t width, size_t count) {
  size_t c = 0;
  for (; c + 8 <= width; c += 8) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
      // Words are only moved, whatever they mean.
      vf r[8];
      for (size_t j = 0; j < 8; j++) r[j] = (vf)load_int(x + i + (c + j) * stride);
      transpose8(r);
      for (size_t j = 0; j < 8; j++) store_int(y + (i + j) * width + c, (vi)r[j]);
    }
    for (; i < count; i++) {
      for (size_t j = 0; j < 8; j++) y[i * width + c + j] = x[i + (c + j) * stride];
    }
  }
  for (; c < width; c++) {
    for (size_t i = 0; i < count; i++) y[i * width + c] = x[i + c * stride];
  }
}

static void add_row(const float *x, float *y, size_t n) {
  for (size_t i = 0; i < n; i += native_lanes) {
    store_native(y + i, load_native(y + i, n - i) + load_native(x + i, n - i), n - i);
  }
}
