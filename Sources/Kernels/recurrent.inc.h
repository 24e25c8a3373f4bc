// The pointwise part of recurrent cells, in one pass.

/// y = activation(x + u) for one gate of a row. Gate by gate, since such a loop is short enough for a
/// processor to work at several of its rounds at once.
INLINE void gate_run(
    const float *x, const float *u, float *y, size_t width, const gk_activation activation) {
  for (size_t j = 0; j < width; j += 8) {
    size_t left = width - j;
    vf z = load_up_to(x + j, left, 0) + load_up_to(u + j, left, 0);
    // A tail's vector would reach into the next gate, so only its own lanes are written.
    store_up_to(y + j, activation == GK_ACTIVATION_TANH ? quick_tanh(z) : sigmoid_(z), left);
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
      for (size_t j = 0; j < n; j += 8) {
        size_t left = n - j;
        vf cell = load_up_to(f + j, left, 0) * load_up_to(c + first + j, left, 0)
          + load_up_to(i + j, left, 0) * load_up_to(g + j, left, 0);
        store_up_to(c_out + first + j, cell, left);
        store_up_to(h_out + first + j, load_up_to(o + j, left, 0) * quick_tanh(cell), left);
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
    for (size_t j = 0; j < width; j += 8) {
      size_t left = width - j;
      vf i = load_up_to(gates + j, left, 0), f = load_up_to(gates + width + j, left, 0);
      vf g = load_up_to(gates + 2 * width + j, left, 0);
      vf o = load_up_to(gates + 3 * width + j, left, 0);
      vf q = quick_tanh(load_up_to(c_out + j, left, 0)), dh = load_up_to(gh + j, left, 0);
      vf d = load_up_to(gc + j, left, 0) + dh * o * (1.0f - q * q);
      store_up_to(d_gates + j, d * g * (i * (1.0f - i)), left);
      store_up_to(
          d_gates + width + j, d * load_up_to(c + j, left, 0) * (f * (1.0f - f)), left);
      store_up_to(d_gates + 2 * width + j, d * i * (1.0f - g * g), left);
      store_up_to(d_gates + 3 * width + j, dh * q * (o * (1.0f - o)), left);
      store_up_to(dc + j, d * f, left);
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
      for (size_t j = 0; j < count; j += 8) {
        size_t left = count - j, at = first + j;
        vf m = load_up_to(u + 2 * width + at, left, 0) + load_up_to(a + at, left, 0);
        vf n = quick_tanh(load_up_to(x + 2 * width + at, left, 0) + load_up_to(r + j, left, 0) * m);
        vf update = load_up_to(z + j, left, 0);
        vf next = (1.0f - update) * n + update * load_up_to(h + at, left, 0);
        store_up_to(h_out + at, next, left);
        if (!kept) continue;
        store_up_to(kept + 2 * width + at, n, left);
        store_up_to(kept + 3 * width + at, m, left);
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
    for (size_t j = 0; j < width; j += 8) {
      size_t left = width - j;
      vf r = load_up_to(kept + j, left, 0), z = load_up_to(kept + width + j, left, 0);
      vf n = load_up_to(kept + 2 * width + j, left, 0), m = load_up_to(kept + 3 * width + j, left, 0);
      vf g = load_up_to(gh + j, left, 0);
      vf dn = g * (1.0f - z) * (1.0f - n * n);
      vf dz = g * (load_up_to(h + j, left, 0) - n) * (z * (1.0f - z));
      vf dr = dn * m * (r * (1.0f - r));
      store_up_to(dx + j, dr, left), store_up_to(du + j, dr, left);
      store_up_to(dx + width + j, dz, left), store_up_to(du + width + j, dz, left);
      store_up_to(dx + 2 * width + j, dn, left), store_up_to(du + 2 * width + j, dn * r, left);
      store_up_to(dh + j, g * z, left);
    }
    kept += 4 * width, dx += 3 * width, du += 3 * width;
    h += width, gh += width, dh += width;
  }
}
