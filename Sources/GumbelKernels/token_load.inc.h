// Logits as they lie in an engine's memory: of three types, and with a mask of those that count.

typedef uint16_t vh __attribute__((ext_vector_type(8)));

INLINE vf from_float16(vh h) {
#if GK_AVX2
  return (vf)_mm256_cvtph_ps((__m128i)h);
#else
  // Shifted into the place of a float's bits, the exponent is too small by 112, which a product repairs,
  // of subnormal numbers too. Infinity and NaN have an exponent of their own.
  vi bits = __builtin_convertvector(h, vi), magnitude = bits & 0x7fff;
  vi scaled = (vi)((vf)(magnitude << 13) * 0x1p112f);
  vi special = (magnitude >= 0x7c00) & 0x7f800000;
  return (vf)(scaled | special | (bits & 0x8000) << 16);
#endif
}

INLINE vf from_bfloat16(vh h) { return (vf)(__builtin_convertvector(h, vi) << 16); }

INLINE vh load_halves(const uint16_t *p, size_t n) {
  vh h = (vh)(uint16_t)0;
  if (n >= 8) {
    memcpy(&h, p, sizeof h);
  } else {
    for (size_t l = 0; l < n; l++) h[l] = p[l];
  }
  return h;
}

/// The logits from i on: 8, or the n that are left and `fill` in the other lanes.
INLINE vf load_typed(const void *x, gk_logit_type type, size_t i, size_t n, float fill) {
  if (__builtin_expect(type == GK_LOGIT_FLOAT32, 1)) {
    return load_up_to((const float *)x + i, n, fill);
  }
  vh h = load_halves((const uint16_t *)x + i, n);
  vf v = type == GK_LOGIT_FLOAT16 ? from_float16(h) : from_bfloat16(h);
  return n >= 8 ? v : choose(first_lanes(n), v, splat(fill));
}

INLINE float typed_logit(const void *x, gk_logit_type type, size_t i) {
  if (type == GK_LOGIT_FLOAT32) return ((const float *)x)[i];
  vh h = (vh)((const uint16_t *)x)[i];
  return type == GK_LOGIT_FLOAT16 ? from_float16(h)[0] : from_bfloat16(h)[0];
}

/// The lanes whose bit is set, of 8.
INLINE vi lanes_of_bits(int32_t bits) {
  return (splat_int(bits) & (vi){1, 2, 4, 8, 16, 32, 64, 128}) != 0;
}

/// The lanes of the tokens from i, a multiple of 8, on that have a bit.
INLINE vi mask_lanes(const uint64_t *mask, size_t i) {
  return lanes_of_bits((int32_t)(mask[i / 64] >> (i % 64) & 255));
}
