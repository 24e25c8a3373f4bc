// Operands in bfloat16, biases with activations, and Adam.

// MARK: - bfloat16

INLINE void round_lanes(const float *x, uint16_t *y) {
  wu bits;
  memcpy(&bits, x, sizeof bits);
  wu rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  // Rounding would carry some NaN beyond the largest word; this one is quiet.
  wu halves = (bits & 0x7fffffff) > 0x7f800000 ? (bits >> 16 | 0x40) : rounded;
  wh narrow = __builtin_convertvector(halves, wh);
  memcpy(y, &narrow, sizeof narrow);
}

static void round_to_bfloat16(const float *x, uint16_t *y, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) round_lanes(x + i, y + i);
  float rest[16] = {0};
  uint16_t rounded[16];
  memcpy(rest, x + i, (n - i) * sizeof *x);
  round_lanes(rest, rounded);
  memcpy(y + i, rounded, (n - i) * sizeof *y);
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
