// Small matrix products, biases with activations, Adam.

/// `rows` rows of c, at most 8 `vectors` columns of it.
INLINE void matmul_block(
    const size_t rows, const size_t vectors, size_t k, const float *a, size_t a_row, size_t a_inner,
    const float *b, size_t b_row, float *c, size_t c_row, size_t columns, bool accumulate) {
  vf sum[4][2];
  for (size_t i = 0; i < rows; i++) {
    for (size_t v = 0; v < vectors; v++) {
      sum[i][v] = accumulate ? load_up_to(c + i * c_row + 8 * v, columns - 8 * v, 0) : splat(0);
    }
  }
  for (size_t p = 0; p < k; p++) {
    vf bv[2];
    for (size_t v = 0; v < vectors; v++) {
      bv[v] = load_up_to(b + p * b_row + 8 * v, columns - 8 * v, 0);
    }
    for (size_t i = 0; i < rows; i++) {
      vf av = splat(a[i * a_row + p * a_inner]);
      for (size_t v = 0; v < vectors; v++) sum[i][v] = fma_(av, bv[v], sum[i][v]);
    }
  }
  for (size_t i = 0; i < rows; i++) {
    for (size_t v = 0; v < vectors; v++) {
      store_up_to(c + i * c_row + 8 * v, sum[i][v], columns - 8 * v);
    }
  }
}

/// All rows of c for at most 16 of its columns.
static void matmul_panel(
    size_t m, size_t k, const float *a, size_t a_row, size_t a_inner, const float *b, size_t b_row,
    float *c, size_t c_row, size_t columns, bool accumulate) {
  size_t i = 0;
  if (columns > 8) {
    for (; i + 4 <= m; i += 4) {
      matmul_block(
          4, 2, k, a + i * a_row, a_row, a_inner, b, b_row, c + i * c_row, c_row, columns,
          accumulate);
    }
    for (; i < m; i++) {
      matmul_block(
          1, 2, k, a + i * a_row, a_row, a_inner, b, b_row, c + i * c_row, c_row, columns,
          accumulate);
    }
    return;
  }
  for (; i + 4 <= m; i += 4) {
    matmul_block(
        4, 1, k, a + i * a_row, a_row, a_inner, b, b_row, c + i * c_row, c_row, columns,
        accumulate);
  }
  for (; i < m; i++) {
    matmul_block(
        1, 1, k, a + i * a_row, a_row, a_inner, b, b_row, c + i * c_row, c_row, columns,
        accumulate);
  }
}

/// c [m] = a [m, k] b [k].
static void matrix_times_vector(size_t m, size_t k, const float *a, const float *b, float *c) {
  if (k < 8) {
    vf bv = load_first(b, k, 0);
    for (size_t i = 0; i < m; i++, a += k) {
      c[i] = sum_lanes(fma_((vf)load_first_int(a, k), bv, splat(0)));
    }
    return;
  }
  for (size_t i = 0; i < m; i++, a += k) {
    vf sum = splat(0);
    for (size_t p = 0; p < k; p += 8) {
      sum = fma_(load_up_to(a + p, k - p, 0), load_up_to(b + p, k - p, 0), sum);
    }
    c[i] = sum_lanes(sum);
  }
}

/// c [m, n] = a [m] b [n], n at most 8. Whole vectors but for the last row, each overwriting the
/// excess of the one before.
static void outer_product(size_t m, size_t n, const float *a, const float *b, float *c) {
  vf bv = load_up_to(b, n, 0);
  if (m == 0) return;
  size_t whole = n < 4 ? (m > 7 ? m - 7 : 0) : m - 1;
  for (size_t i = 0; i < whole; i++) store(c + i * n, fma_(splat(a[i]), bv, splat(0)));
  for (size_t i = whole; i < m; i++) store_up_to(c + i * n, fma_(splat(a[i]), bv, splat(0)), n);
}

enum { panel_width = 16, panel_depth = 256 };

static void small_matmul(
    bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const float *a,
    const float *b, float *c) {
  if (n == 1) {
    // b is a vector, whichever way it is stored; so is c.
    if (!transpose_a) {
      matrix_times_vector(m, k, a, b, c);
      return;
    }
    const float *matrix = a;
    a = b, b = matrix;
    n = m, m = 1;
    transpose_a = transpose_b = false;
  }
  if (k == 1 && n <= 8) {
    outer_product(m, n, a, b, c);
    return;
  }
  size_t a_row = transpose_a ? 1 : k, a_inner = transpose_a ? m : 1;
  if (transpose_b && k == 1) transpose_b = false;
  if (!transpose_b) {
    for (size_t j = 0; j < n; j += panel_width) {
      size_t columns = n - j < panel_width ? n - j : panel_width;
      matmul_panel(m, k, a, a_row, a_inner, b + j, n, c + j, n, columns, false);
    }
    return;
  }
  float panel[panel_depth * panel_width];
  for (size_t j = 0; j < n; j += panel_width) {
    size_t columns = n - j < panel_width ? n - j : panel_width;
    size_t width = columns > 8 ? 16 : 8;
    for (size_t p = 0; p < k || p == 0; p += panel_depth) {
      size_t depth = k - p < panel_depth ? k - p : panel_depth;
      for (size_t q = 0; q < depth; q++) {
        for (size_t i = 0; i < columns; i++) panel[q * width + i] = b[(j + i) * k + p + q];
        for (size_t i = columns; i < width; i++) panel[q * width + i] = 0;
      }
      matmul_panel(
          m, depth, a + p * a_inner, a_row, a_inner, panel, width, c + j, n, columns, p > 0);
    }
  }
}

// MARK: - Biases and activations

#define ACTIVATED(VF)                                                       \
  OVERLOADED VF activated(VF x, gk_activation activation) {                 \
    switch (activation) {                                                   \
    case GK_LINEAR: return x;                                               \
    case GK_ACTIVATION_RELU: return choose(x <= 0.0f, (VF)0.0f, x);         \
    case GK_ACTIVATION_TANH: return tanh_(x);                               \
    case GK_ACTIVATION_SIGMOID: return sigmoid_(x);                         \
    }                                                                       \
  }
ACTIVATED(vf)
ACTIVATED(wf)

enum { widest_pattern = 64 };

/// activation(y + b) along a run, b repeating every 8 `period` elements.
INLINE void activate_run(
    float *y, const float *b, size_t period, size_t n, const gk_activation activation) {
  for (size_t i = 0, place = 0; i < n; i += 8) {
    vf v = load_up_to(y + i, n - i, 0) + load(b + 8 * place);
    store_up_to(y + i, activated(v, activation), n - i);
    if (++place == period) place = 0;
  }
}

INLINE void bias_activation_for(
    float *y, const float *bias, size_t rows, size_t width, const gk_activation activation) {
  if (!bias) {
    size_t n = rows * width;
    for (size_t i = 0; i < n; i += native_lanes) {
      store_native(y + i, activated(load_native(y + i, n - i), activation), n - i);
    }
    return;
  }
  if (width == 1) {
    float pattern[8];
    store(pattern, splat(bias[0]));
    activate_run(y, pattern, 1, rows, activation);
    return;
  }
  if (width <= widest_pattern) {
    // A narrow bias is repeated until it fills whole vectors.
    float pattern[8 * widest_pattern + 8];
    size_t n = rows < 8 ? (rows * width + 7) / 8 * 8 : 8 * width;
    if (width % 8 == 0) n = width;
    for (size_t i = 0; i < n; i += width) {
      // Whole vectors: the next repetition overwrites the excess of this one.
      for (size_t c = 0; c < width; c += 8) {
        store(pattern + i + c, load_up_to(bias + c, width - c, 0));
      }
    }
    activate_run(y, pattern, n / 8, rows * width, activation);
    return;
  }
  for (size_t r = 0; r < rows; r++, y += width) {
    for (size_t i = 0; i < width; i += native_lanes) {
      nf v = load_native(y + i, width - i) + load_native(bias + i, width - i);
      store_native(y + i, activated(v, activation), width - i);
    }
  }
}

static void bias_activation(
    float *y, const float *bias, size_t rows, size_t width, gk_activation activation) {
  switch (activation) {
  case GK_LINEAR:
    if (bias) bias_activation_for(y, bias, rows, width, GK_LINEAR);
    return;
  case GK_ACTIVATION_RELU:
    bias_activation_for(y, bias, rows, width, GK_ACTIVATION_RELU);
    return;
  case GK_ACTIVATION_TANH:
    bias_activation_for(y, bias, rows, width, GK_ACTIVATION_TANH);
    return;
  case GK_ACTIVATION_SIGMOID:
    bias_activation_for(y, bias, rows, width, GK_ACTIVATION_SIGMOID);
    return;
  }
}

static void activation_pullback(
    const float *y, const float *g, float *dz, size_t n, gk_activation activation) {
  for (size_t i = 0; i < n; i += 8) {
    vf v = load_up_to(y + i, n - i, 0), d = load_up_to(g + i, n - i, 0);
    switch (activation) {
    case GK_LINEAR: break;
    case GK_ACTIVATION_RELU: d = choose(v > 0.0f, d, splat(0)); break;
    case GK_ACTIVATION_TANH: d *= fma_(-v, v, splat(1)); break;
    case GK_ACTIVATION_SIGMOID: d *= v * (1.0f - v); break;
    }
    store_up_to(dz + i, d, n - i);
  }
}

static void adam_run(
    const float *p, const float *g, const float *m, const float *v, float *p_out, float *m_out,
    float *v_out, size_t n, float rate, float b1, float b2, float epsilon, float decay,
    double correction1, double correction2) {
  float to_unbiased = (float)(1 / correction1), root = (float)(1 / sqrt(correction2));
  for (size_t i = 0; i < n; i += 8) {
    size_t left = n - i;
    vf pv = load_up_to(p + i, left, 0), gv = load_up_to(g + i, left, 0);
    vf mv = load_up_to(m + i, left, 0), vv = load_up_to(v + i, left, 0);
    mv = b1 * mv + (1.0f - b1) * gv;
    vv = b2 * vv + (1.0f - b2) * (gv * gv);
    vf step = (mv * to_unbiased) / (square_root(vv) * root + epsilon);
    store_up_to(p_out + i, pv - rate * (step + decay * pv), left);
    store_up_to(m_out + i, mv, left);
    store_up_to(v_out + i, vv, left);
  }
}
