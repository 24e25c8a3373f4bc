// The pointwise part of recurrent cells, in one pass.

/// y = activation(x + u) for one gate of a row. Gate by gate, since such a loop is short enough for a
/// processor to work at several of its rounds at once.
INLINE void gate_run(
    const float *x, const float *u, float *y, size_t width, const gk_activation activation) {
  for (size_t j = 0; j < width; j += native_lanes) {
    size_t left = width - j;
    nf z = load_native(x + j, left) + load_native(u + j, left);
    // A tail's vector would reach into the next gate, so only its own lanes are written.
    store_native(y + j, activation == GK_ACTIVATION_TANH ? quick_tanh(z) : quick_sigmoid(z), left);
  }
}

/// So many units at a time where their gates are not kept.
enum { gate_tile = 256 };

/// Where `index` is not NULL it says where in x a row stands. The gates are kept where `gates` is
/// not NULL.
static void lstm_rows(
    const float *table, const int32_t *index, const float *u, const float *c, float *h_out,
    float *c_out, float *gates, size_t rows, size_t width) {
  float tile[4 * gate_tile];
  for (size_t r = 0; r < rows; r++) {
    const float *x = table + (index ? (size_t)index[r] : r) * 4 * width;
    for (size_t first = 0; first < width; first += gate_tile) {
      size_t n = width - first < gate_tile ? width - first : gate_tile;
      size_t stride = gates ? width : gate_tile;
      float *i = gates ? gates + first : tile;
      float *f = i + stride, *g = f + stride, *o = g + stride;
      gate_run(x + first, u + first, i, n, GK_ACTIVATION_SIGMOID);
      gate_run(x + first + width, u + first + width, f, n, GK_ACTIVATION_SIGMOID);
      gate_run(x + first + 2 * width, u + first + 2 * width, g, n, GK_ACTIVATION_TANH);
      gate_run(x + first + 3 * width, u + first + 3 * width, o, n, GK_ACTIVATION_SIGMOID);
      for (size_t j = 0; j < n; j += native_lanes) {
        size_t left = n - j;
        nf cell = load_native(f + j, left) * load_native(c + first + j, left)
          + load_native(i + j, left) * load_native(g + j, left);
        store_native(c_out + first + j, cell, left);
        store_native(h_out + first + j, load_native(o + j, left) * quick_tanh(cell), left);
      }
    }
    u += 4 * width;
    if (gates) gates += 4 * width;
    c += width, h_out += width, c_out += width;
  }
}

static void lstm_pullback_rows(
    const float *gates, const float *c, const float *c_out, const float *gh, const float *gc,
    float *d_gates, float *dc, size_t rows, size_t width) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t j = 0; j < width; j += native_lanes) {
      size_t left = width - j;
      nf i = load_native(gates + j, left), f = load_native(gates + width + j, left);
      nf g = load_native(gates + 2 * width + j, left);
      nf o = load_native(gates + 3 * width + j, left);
      nf q = quick_tanh(load_native(c_out + j, left)), dh = load_native(gh + j, left);
      nf d = load_native(gc + j, left) + dh * o * (1.0f - q * q);
      store_native(d_gates + j, d * g * (i * (1.0f - i)), left);
      store_native(
          d_gates + width + j, d * load_native(c + j, left) * (f * (1.0f - f)), left);
      store_native(d_gates + 2 * width + j, d * i * (1.0f - g * g), left);
      store_native(d_gates + 3 * width + j, dh * q * (o * (1.0f - o)), left);
      store_native(dc + j, d * f, left);
    }
    gates += 4 * width, d_gates += 4 * width;
    c += width, c_out += width, gh += width, gc += width, dc += width;
  }
}

static void gru_rows(
    const float *x, const float *u, const float *a, const float *h, float *h_out, float *kept,
    size_t rows, size_t width) {
  float tile[2 * gate_tile];
  for (size_t row = 0; row < rows; row++) {
    for (size_t first = 0; first < width; first += gate_tile) {
      size_t count = width - first < gate_tile ? width - first : gate_tile;
      float *r = kept ? kept + first : tile, *z = r + (kept ? width : gate_tile);
      gate_run(x + first, u + first, r, count, GK_ACTIVATION_SIGMOID);
      gate_run(x + first + width, u + first + width, z, count, GK_ACTIVATION_SIGMOID);
      for (size_t j = 0; j < count; j += native_lanes) {
        size_t left = count - j, at = first + j;
        nf m = load_native(u + 2 * width + at, left) + load_native(a + at, left);
        nf n = quick_tanh(load_native(x + 2 * width + at, left) + load_native(r + j, left) * m);
        nf update = load_native(z + j, left);
        nf next = (1.0f - update) * n + update * load_native(h + at, left);
        store_native(h_out + at, next, left);
        if (!kept) continue;
        store_native(kept + 2 * width + at, n, left);
        store_native(kept + 3 * width + at, m, left);
      }
    }
    x += 3 * width, u += 3 * width, h += width, h_out += width;
    if (kept) kept += 4 * width;
  }
}

static void gru_pullback_rows(
    const float *kept, const float *h, const float *gh, float *dx, float *du, float *dh,
    size_t rows, size_t width) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t j = 0; j < width; j += native_lanes) {
      size_t left = width - j;
      nf r = load_native(kept + j, left), z = load_native(kept + width + j, left);
      nf n = load_native(kept + 2 * width + j, left), m = load_native(kept + 3 * width + j, left);
      nf g = load_native(gh + j, left);
      nf dn = g * (1.0f - z) * (1.0f - n * n);
      nf dz = g * (load_native(h + j, left) - n) * (z * (1.0f - z));
      nf dr = dn * m * (r * (1.0f - r));
      store_native(dx + j, dr, left), store_native(du + j, dr, left);
      store_native(dx + width + j, dz, left), store_native(du + width + j, dz, left);
      store_native(dx + 2 * width + j, dn, left), store_native(du + 2 * width + j, dn * r, left);
      store_native(dh + j, g * z, left);
    }
    kept += 4 * width, dx += 3 * width, du += 3 * width;
    h += width, gh += width, dh += width;
  }
}
