// Eight lanes, and how they are loaded, stored, chosen and rearranged; sixteen for long chains of
// operations, and where the processor has registers of that size.
//
// This file and the other *.inc.h are compiled for each form: by avx512.c and avx2.c for x86-64
// processors with such instructions, and by portable.c, where the compiler lowers the same vectors to
// SSE2 or NEON. GK_AVX2 says that AVX2 and FMA are there, as they are with AVX-512; GK_AVX512 that it
// is. A lane's bits do not depend on how many lanes there are, so avx512.c and avx2.c yield the same.

typedef float vf __attribute__((ext_vector_type(8)));
typedef int32_t vi __attribute__((ext_vector_type(8)));
typedef uint32_t vu __attribute__((ext_vector_type(8)));
typedef double vd __attribute__((ext_vector_type(8)));
typedef int64_t vl __attribute__((ext_vector_type(8)));

// Two vectors at once, for long chains of operations: each waits for the one before, and a
// processor looks too few instructions ahead to find enough to do meanwhile.
typedef float wf __attribute__((ext_vector_type(16)));
typedef int32_t wi __attribute__((ext_vector_type(16)));
typedef uint32_t wu __attribute__((ext_vector_type(16)));
typedef uint16_t wh __attribute__((ext_vector_type(16)));

#define INLINE static inline __attribute__((always_inline))
#define OVERLOADED static inline __attribute__((always_inline, overloadable))

INLINE vf splat(float x) { return (vf)x; }
INLINE vi splat_int(int32_t x) { return (vi)x; }

INLINE vf load(const float *p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(float *p, vf v) { memcpy(p, &v, sizeof v); }

INLINE vi load_int(const void *p) {
  vi v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store_int(void *p, vi v) { memcpy(p, &v, sizeof v); }

/// Lanes below n all ones, the others 0.
INLINE vi first_lanes(size_t n) {
  static const int32_t edge[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
  return load_int(edge + 8 - n);
}

OVERLOADED vf choose(vi mask, vf a, vf b) { return mask ? a : b; }
OVERLOADED wf choose(wi mask, wf a, wf b) { return mask ? a : b; }
OVERLOADED vi choose_int(vi mask, vi a, vi b) { return mask ? a : b; }
OVERLOADED wi choose_int(wi mask, wi a, wi b) { return mask ? a : b; }

#if GK_AVX512
/// Bits below n set.
INLINE __mmask16 first_bits(size_t n) { return (__mmask16)((1u << n) - 1); }
#endif

/// The first n < 8 elements, 0 in the other lanes; nothing beyond them is touched.
INLINE vi load_first_int(const void *p, size_t n) {
#if GK_AVX512
  return (vi)_mm256_maskz_loadu_epi32((__mmask8)first_bits(n), p);
#elif GK_AVX2
  return (vi)_mm256_maskload_epi32((const int *)p, (__m256i)first_lanes(n));
#else
  const char *s = p;
  int32_t lanes[8] = {0};
  int32_t *d = lanes;
  if (n & 4) memcpy(d, s, 16), d += 4, s += 16;
  if (n & 2) memcpy(d, s, 8), d += 2, s += 8;
  if (n & 1) memcpy(d, s, 4);
  return load_int(lanes);
#endif
}

INLINE vf load_first(const float *p, size_t n, float fill) {
#if GK_AVX512
  return (vf)_mm256_mask_loadu_ps((__m256)splat(fill), (__mmask8)first_bits(n), p);
#endif
  return choose(first_lanes(n), (vf)load_first_int(p, n), splat(fill));
}

INLINE void store_first_int(void *p, vi v, size_t n) {
#if GK_AVX512
  _mm256_mask_storeu_epi32(p, (__mmask8)first_bits(n), (__m256i)v);
  return;
#endif
  char *d = p;
  if (n & 4) {
    memcpy(d, &v, 16);
    d += 16;
    v = __builtin_shufflevector(v, v, 4, 5, 6, 7, 4, 5, 6, 7);
  }
  if (n & 2) {
    memcpy(d, &v, 8);
    d += 8;
    v = __builtin_shufflevector(v, v, 2, 3, 2, 3, 6, 7, 6, 7);
  }
  if (n & 1) memcpy(d, &v, 4);
}

INLINE void store_first(float *p, vf v, size_t n) { store_first_int(p, (vi)v, n); }

/// All of 8 lanes, or the first n of them where fewer are left.
INLINE vf load_up_to(const float *p, size_t n, float fill) {
  return n >= 8 ? load(p) : load_first(p, n, fill);
}
INLINE void store_up_to(float *p, vf v, size_t n) {
  if (n >= 8) store(p, v);
  else store_first(p, v, n);
}

// The widest vectors that are one register: what loops whose lanes do not meet are written in.
#if GK_AVX512
typedef wf nf;
enum { native_lanes = 16 };

/// All lanes, or the first n where fewer are left, and 0 in the others.
INLINE nf load_native(const float *p, size_t n) {
  return (nf)(n >= 16 ? _mm512_loadu_ps(p) : _mm512_maskz_loadu_ps(first_bits(n), p));
}
INLINE void store_native(float *p, nf v, size_t n) {
  if (n >= 16) _mm512_storeu_ps(p, (__m512)v);
  else _mm512_mask_storeu_ps(p, first_bits(n), (__m512)v);
}
#else
typedef vf nf;
enum { native_lanes = 8 };

INLINE nf load_native(const float *p, size_t n) { return load_up_to(p, n, 0); }
INLINE void store_native(float *p, nf v, size_t n) { store_up_to(p, v, n); }
#endif

/// a b + c: one rounding where the processor has such an instruction, two elsewhere.
OVERLOADED vf fma_(vf a, vf b, vf c) {
#if GK_AVX2 || defined(__aarch64__)
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}
OVERLOADED wf fma_(wf a, wf b, wf c) {
#if GK_AVX2 || defined(__aarch64__)
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}
INLINE vd fma_double(vd a, vd b, vd c) {
#if GK_AVX2 || defined(__aarch64__)
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

OVERLOADED vf absolute(vf x) { return (vf)((vi)x & 0x7fffffff); }
OVERLOADED wf absolute(wf x) { return (wf)((wi)x & 0x7fffffff); }
OVERLOADED vf with_sign_of(vf x, vf sign) { return (vf)((vi)x | ((vi)sign & INT32_MIN)); }
OVERLOADED wf with_sign_of(wf x, wf sign) { return (wf)((wi)x | ((wi)sign & INT32_MIN)); }
INLINE vf square_root(vf x) { return __builtin_elementwise_sqrt(x); }

/// The second operand where either is NaN.
#if GK_AVX2
OVERLOADED vf larger(vf a, vf b) { return (vf)_mm256_max_ps((__m256)a, (__m256)b); }
OVERLOADED vf smaller(vf a, vf b) { return (vf)_mm256_min_ps((__m256)a, (__m256)b); }
#else
OVERLOADED vf larger(vf a, vf b) { return choose(a > b, a, b); }
OVERLOADED vf smaller(vf a, vf b) { return choose(a < b, a, b); }
#endif
#if GK_AVX512
OVERLOADED wf larger(wf a, wf b) { return (wf)_mm512_max_ps((__m512)a, (__m512)b); }
OVERLOADED wf smaller(wf a, wf b) { return (wf)_mm512_min_ps((__m512)a, (__m512)b); }
#else
OVERLOADED wf larger(wf a, wf b) { return choose(a > b, a, b); }
OVERLOADED wf smaller(wf a, wf b) { return choose(a < b, a, b); }
#endif
/// NaN where either is NaN.
INLINE vf larger_or_nan(vf a, vf b) { return choose(a != a, a, larger(a, b)); }
INLINE vf smaller_or_nan(vf a, vf b) { return choose(a != a, a, smaller(a, b)); }

/// Nearest integer, ties to even.
INLINE vf nearest(vf x) {
#if GK_AVX2 || defined(__aarch64__)
  return __builtin_elementwise_roundeven(x);
#else
  vf magic = with_sign_of(splat(0x1p23f), x);
  return choose(absolute(x) < 0x1p23f, with_sign_of((x + magic) - magic, x), x);
#endif
}
INLINE vf round_down(vf x) {
#if GK_AVX2 || defined(__aarch64__)
  return __builtin_elementwise_floor(x);
#else
  vf r = nearest(x);
  return choose(r > x, r - 1.0f, r);
#endif
}

/// One bit a lane, from its sign.
OVERLOADED uint32_t lane_bits(vi mask) {
#if GK_AVX2
  return (uint32_t)_mm256_movemask_ps((__m256)mask);
#else
  vi weighted = (mask >> 31) & (vi){1, 2, 4, 8, 16, 32, 64, 128};
  return (uint32_t)__builtin_reduce_or(weighted);
#endif
}
OVERLOADED uint32_t lane_bits(wi mask) {
#if GK_AVX512
  return _mm512_movepi32_mask((__m512i)mask);
#else
  return lane_bits(mask.lo) | lane_bits(mask.hi) << 8;
#endif
}

// Across the lanes, always in the same order.
INLINE float sum_lanes(vf v) {
  vf a = v + __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3);
  vf b = a + __builtin_shufflevector(a, a, 2, 3, 0, 1, 6, 7, 4, 5);
  return b[0] + b[1];
}
INLINE float largest_lane_or_nan(vf v) {
  vf a = larger_or_nan(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));
  vf b = larger_or_nan(a, __builtin_shufflevector(a, a, 2, 3, 0, 1, 6, 7, 4, 5));
  vf c = larger_or_nan(b, __builtin_shufflevector(b, b, 1, 0, 3, 2, 5, 4, 7, 6));
  return c[0];
}

/// r[i][j] becomes r[j][i].
INLINE void transpose8(vf r[8]) {
  vf s[8], t[8];
  for (int i = 0; i < 8; i += 2) {
    s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 8; i += 4) {
    t[i] = __builtin_shufflevector(s[i], s[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    t[i + 1] = __builtin_shufflevector(s[i], s[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    t[i + 2] = __builtin_shufflevector(s[i + 1], s[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);
    t[i + 3] = __builtin_shufflevector(s[i + 1], s[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    r[i] = __builtin_shufflevector(t[i], t[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    r[i + 4] = __builtin_shufflevector(t[i], t[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}
