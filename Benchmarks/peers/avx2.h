// AVX2 and FMA building blocks of the C peers: Philox4x32-10, logarithm, exponential, Gumbel.
#ifndef PEERS_AVX2_H
#define PEERS_AVX2_H

#include <immintrin.h>
#include <stdint.h>

// Random bits come 32 values at a time: eight Philox counters, four words each.
enum { GROUP = 32 };

// Natural logarithm of positive, normal floats; relative error below 1e-7.
// log(1 + f) = f + f^2 Q(f) on |f| <= 1/3, Q a least-maximum fit of degree 7.
static inline __m256 log_ps(__m256 x) {
  const __m256i twoThirds = _mm256_set1_epi32(0x3f2aaaab);
  __m256i bits = _mm256_castps_si256(x);
  __m256i exponent = _mm256_srai_epi32(_mm256_sub_epi32(bits, twoThirds), 23);
  __m256i mantissa = _mm256_sub_epi32(bits, _mm256_slli_epi32(exponent, 23));
  __m256 f = _mm256_sub_ps(_mm256_castsi256_ps(mantissa), _mm256_set1_ps(1));
  __m256 f2 = _mm256_mul_ps(f, f);
  // Two half-length chains (Estrin), for the sake of latency.
  __m256 q01 = _mm256_fmadd_ps(f, _mm256_set1_ps(0.333331972f), _mm256_set1_ps(-0.499999374f));
  __m256 q23 = _mm256_fmadd_ps(f, _mm256_set1_ps(0.200111687f), _mm256_set1_ps(-0.250078201f));
  __m256 q45 = _mm256_fmadd_ps(f, _mm256_set1_ps(0.139958069f), _mm256_set1_ps(-0.164159596f));
  __m256 q67 = _mm256_fmadd_ps(f, _mm256_set1_ps(0.140263587f), _mm256_set1_ps(-0.153885484f));
  __m256 q = _mm256_fmadd_ps(f2, q67, q45);
  q = _mm256_fmadd_ps(f2, q, q23);
  q = _mm256_fmadd_ps(f2, q, q01);
  __m256 ln2 = _mm256_set1_ps(0.693147181f);
  return _mm256_fmadd_ps(_mm256_cvtepi32_ps(exponent), ln2, _mm256_fmadd_ps(f2, q, f));
}

// e^x for x <= 80, with everything below -80 taken as -80; relative error about 1e-7.
static inline __m256 exp_ps(__m256 x) {
  x = _mm256_max_ps(x, _mm256_set1_ps(-80));
  __m256 scaled = _mm256_mul_ps(x, _mm256_set1_ps(1.44269504f));
  __m256 whole = _mm256_round_ps(scaled, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_sub_ps(scaled, whole);
  __m256 r2 = _mm256_mul_ps(r, r);
  __m256 p01 = _mm256_fmadd_ps(r, _mm256_set1_ps(0.693146944f), _mm256_set1_ps(1.00000012f));
  __m256 p23 = _mm256_fmadd_ps(r, _mm256_set1_ps(0.0555071309f), _mm256_set1_ps(0.240221202f));
  __m256 p45 = _mm256_fmadd_ps(r, _mm256_set1_ps(0.00132764713f), _mm256_set1_ps(0.00967554189f));
  __m256 p = _mm256_fmadd_ps(r2, _mm256_fmadd_ps(r2, p45, p23), p01);
  __m256i shift = _mm256_slli_epi32(_mm256_cvtps_epi32(whole), 23);
  return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(p), shift));
}

// Four Philox4x32-10 counters, one to a 64-bit lane. The words' upper halves hold rubbish between
// rounds, which the 32-bit multiplication ignores.
typedef struct {
  __m256i word[4];
} Philox;

static inline Philox philox(__m256i counter, uint64_t key) {
  const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
  __m256i c0 = counter, c1 = _mm256_setzero_si256(), c2 = c1, c3 = c1;
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    __m256i p0 = _mm256_mul_epu32(c0, m0), p1 = _mm256_mul_epu32(c2, m1);
    c0 = _mm256_xor_si256(
        _mm256_srli_epi64(p1, 32), _mm256_xor_si256(c1, _mm256_set1_epi64x(k0)));
    c2 = _mm256_xor_si256(
        _mm256_srli_epi64(p0, 32), _mm256_xor_si256(c3, _mm256_set1_epi64x(k1)));
    c1 = p1;
    c3 = p0;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return (Philox){{c0, c1, c2, c3}};
}

// 24 bits to (0, 1): n / 2^24, and 2^-25 for n = 0.
static inline __m256 uniform_ps(__m256i bits) {
  __m256 n = _mm256_cvtepi32_ps(_mm256_srli_epi32(bits, 8));
  return _mm256_mul_ps(_mm256_max_ps(n, _mm256_set1_ps(0.5f)), _mm256_set1_ps(0x1p-24f));
}

static inline __m256 gumbel_ps(__m256 uniform) {
  const __m256 sign = _mm256_set1_ps(-0.0f);
  __m256 exponential = _mm256_xor_ps(log_ps(uniform), sign);
  return _mm256_xor_ps(log_ps(exponential), sign);
}

// The 32 uniforms of one group. Any order serves, as long as each word is used once.
static inline void uniform_group(__m256 uniforms[4], uint64_t group, uint64_t key) {
  __m256i first = _mm256_add_epi64(
      _mm256_set1_epi64x((int64_t)(8 * group)), _mm256_setr_epi64x(0, 1, 2, 3));
  Philox even = philox(first, key);
  Philox odd = philox(_mm256_add_epi64(first, _mm256_set1_epi64x(4)), key);
  for (int i = 0; i < 4; i++) {
    uniforms[i] = uniform_ps(
        _mm256_blend_epi32(even.word[i], _mm256_slli_epi64(odd.word[i], 32), 0xAA));
  }
}

static inline void gumbel_group(float *values, uint64_t group, uint64_t key) {
  __m256 uniforms[4];
  uniform_group(uniforms, group, key);
  for (int i = 0; i < 4; i++) _mm256_storeu_ps(values + 8 * i, gumbel_ps(uniforms[i]));
}

#endif
