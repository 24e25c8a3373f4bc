// The pointwise part of recurrent cells, in one pass.

static void lstm_rows(
    const float *x, const float *u, const float *c, float *h_out, float *c_out, float *gates,
    size_t rows, size_t width) {
  for (size_t r = 0; r < rows; r++) {
    for (size_t j = 0; j < width; j += 8) {
      size_t left = width - j;
      vf z[4];
      for (size_t k = 0; k < 4; k++) {
        z[k] = load_up_to(x + k * width + j, left, 0) + load_up_to(u + k * width + j, left, 0);
        z[k] = k == 2 ? tanh_(z[k]) : sigmoid_(z[k]);
        // A tail's vector would reach into the next gate, so only its own lanes are written.
        store_up_to(gates + k * width + j, z[k], left);
      }
      vf cell = z[1] * load_up_to(c + j, left, 0) + z[0] * z[2];
      store_up_to(c_out + j, cell, left);
      store_up_to(h_out + j, z[3] * tanh_(cell), left);
    }
    x += 4 * width, u += 4 * width, gates += 4 * width;
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
      vf q = tanh_(load_up_to(c_out + j, left, 0)), dh = load_up_to(gh + j, left, 0);
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
