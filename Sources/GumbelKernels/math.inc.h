// Elementary functions over their whole domains.
//
// Polynomials are minimax fits, made by script/fit_polynomials.py. Largest errors measured over the
// whole domain, in units in the last place (the tests hold each function to a little more):
//
//   exp 1.01   expm1 1.36   log 0.83   log1p 1.42   sin, cos 1.54   tanh 1.33   quick tanh 2.44
//   sigmoid 2.18   quick sigmoid 2.13   softplus 1.68   erf 1.40   power 0.50
//   reciprocal square root 1.48

/// A polynomial, coefficients from the constant term up.
#define POLYNOMIAL(x, ...) \
  polynomial(x, (const float[]){__VA_ARGS__}, sizeof((float[]){__VA_ARGS__}) / sizeof(float))

// log 2 in two parts; the first has 16 bits, so that its product with an exponent is exact.
static const float log2_high = 0x1.62e4p-1f, log2_low = 0x1.7f7d1cp-20f;

// Beyond it nothing is left of gelu(-x), where an infinite x times 0 would be NaN.
static const float gelu_limit = 20;

#define FOR_BOTH_WIDTHS "elementary.inc.h"
#include "both_widths.inc.h"

// MARK: - Sine and cosine

/// Sine and cosine of |r| at most pi / 4 (and a little more).
INLINE vf sin_near(vf r) {
  vf z = r * r;
  vf p = POLYNOMIAL(z, -0.166666672f, 0.00833338033f, -0.000198532303f, 2.83227678e-06f);
  return fma_(r * z, p, r);
}
INLINE vf cos_near(vf r) {
  vf z = r * r;
  vf p = POLYNOMIAL(z, 0.0416666456f, -0.00138872978f, 2.44300882e-05f);
  return fma_(z * z, p, fma_(z, splat(-0.5f), splat(1.0f)));
}

/// The sine for quadrant 0, turned by `quadrant` quarter turns.
INLINE vf sin_in_quadrant(vf r, vi quadrant) {
  vf y = choose((quadrant & 1) != 0, cos_near(r), sin_near(r));
  return (vf)((vi)y ^ ((quadrant & 2) << 30));
}

/// sin(x + quarters pi / 2). Arguments beyond 2^20 and non-finite ones go lane by lane through the
/// C library, in double.
INLINE vf sin_shifted(vf x, int quarters) {
  // In double: pi / 2 in two parts, the first of 32 bits, so its product with n is exact.
  const double magic = 0x1.8p52;
  vi far = ~(absolute(x) <= 0x1p20f);
  vd d = __builtin_convertvector(choose(far, splat(0), x), vd);
  vd shifted = d * 0x1.45f306dc9c883p-1 + magic;
  vd n = shifted - magic;
  vd r = (d - n * 0x1.921fb544p+0) - n * 0x1.0b4611a626331p-34;
  vi quadrant = __builtin_convertvector((vl)shifted, vi);
  vf near = __builtin_convertvector(r, vf);
  vf y = sin_in_quadrant(near, quadrant + quarters);
  // Keeps the sign of a zero.
  if (quarters == 0) y = choose(x == 0.0f, x, y);
  uint32_t lanes = lane_bits(far);
  while (lanes) {
    int i = __builtin_ctz(lanes);
    lanes &= lanes - 1;
    y[i] = (float)(quarters ? cos((double)x[i]) : sin((double)x[i]));
  }
  return y;
}

INLINE vf sin_(vf x) { return sin_shifted(x, 0); }
INLINE vf cos_(vf x) { return sin_shifted(x, 1); }

// MARK: - Power

INLINE vd choose_double(vl mask, vd a, vd b) { return mask ? a : b; }

/// log2 of a positive finite x, in double, with about 40 good bits.
INLINE vd log2_double(vf x) {
  vi tiny = x < 0x1p-126f;
  vi e;
  vd m = __builtin_convertvector(split_exponent(choose(tiny, x * 0x1p24f, x), &e), vd);
  e -= tiny & 24;
  // 2 atanh((m - 1) / (m + 1)) by its series, in base 2.
  vd s = (m - 1.0) / (m + 1.0);
  vd z = s * s;
  vd p = (vd)(1.0 / 15);
  p = fma_double(p, z, (vd)(1.0 / 13));
  p = fma_double(p, z, (vd)(1.0 / 11));
  p = fma_double(p, z, (vd)(1.0 / 9));
  p = fma_double(p, z, (vd)(1.0 / 7));
  p = fma_double(p, z, (vd)(1.0 / 5));
  p = fma_double(p, z, (vd)(1.0 / 3));
  p = fma_double(p, z, (vd)1.0);
  return fma_double(s * p, (vd)0x1.71547652b82fep+1, __builtin_convertvector(e, vd));
}

/// 2^t in double, then rounded to float.
INLINE vf exp2_double(vd t) {
  t = choose_double((vl)(t > 200.0), (vd)200.0, t);
  t = choose_double((vl)(t < -200.0), (vd)-200.0, t);
  const double magic = 0x1.8p52;
  vd shifted = t + magic;
  vd r = (t - (shifted - magic)) * 0x1.62e42fefa39efp-1;
  vd p = (vd)(1.0 / 3628800);
  p = fma_double(p, r, (vd)(1.0 / 362880));
  p = fma_double(p, r, (vd)(1.0 / 40320));
  p = fma_double(p, r, (vd)(1.0 / 5040));
  p = fma_double(p, r, (vd)(1.0 / 720));
  p = fma_double(p, r, (vd)(1.0 / 120));
  p = fma_double(p, r, (vd)(1.0 / 24));
  p = fma_double(p, r, (vd)(1.0 / 6));
  p = fma_double(p, r, (vd)0.5);
  p = fma_double(p, r, (vd)1.0);
  p = fma_double(p, r, (vd)1.0);
  vd scale = (vd)(((vl)shifted - (vl)(vd)magic + 1023) << 52);
  return __builtin_convertvector(p * scale, vf);
}

/// x^y with the special cases of C's pow.
INLINE vf power_(vf x, vf y) {
  vf a = absolute(x);
  vd l = log2_double(choose((a > 0.0f) & (a < INFINITY), a, splat(1.0f)));
  vf limit = choose(a == 0.0f, splat(-INFINITY), a);  // 0, infinity and NaN stand for themselves
  vi ordinary = (a > 0.0f) & (a < INFINITY);
  l = choose_double(
      __builtin_convertvector(ordinary, vl), l, __builtin_convertvector(limit, vd));
  vf r = exp2_double(__builtin_convertvector(y, vd) * l);
  vi whole = round_down(y) == y;
  vf half = y * 0.5f;
  vi odd = whole & (round_down(half) != half);
  vi negative = (vi)x < 0;
  r = (vf)((vi)r ^ (negative & odd & INT32_MIN));
  r = choose(negative & ordinary & ~whole & (y == y), splat(NAN), r);
  r = choose((a == 1.0f) & (absolute(y) == INFINITY), splat(1.0f), r);
  return choose((y == 0.0f) | (x == 1.0f), splat(1.0f), r);
}
