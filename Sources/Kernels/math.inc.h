// Elementary functions on eight lanes, over their whole domains.
//
// Polynomials are minimax fits, made by script/fit_polynomials.py. Largest errors measured over the
// whole domain, in units in the last place (the tests hold each function to a little more):
//
//   exp 1.01   expm1 1.36   log 0.83   log1p 1.42   sin, cos 1.54   tanh 1.33   quick tanh 2.59
//   sigmoid 2.18   softplus 1.68   erf 1.40   power 0.50   reciprocal square root 1.48

/// A polynomial, coefficients from the constant term up.
#define POLYNOMIAL(x, ...) \
  polynomial(x, (const float[]){__VA_ARGS__}, sizeof((float[]){__VA_ARGS__}) / sizeof(float))

// log 2 in two parts; the first has 16 bits, so that its product with an exponent is exact.
static const float log2_high = 0x1.62e4p-1f, log2_low = 0x1.7f7d1cp-20f;

#define VF vf
#define VI vi
#define VU vu
#include "logarithm.inc.h"
#undef VF
#undef VI
#undef VU
#define VF wf
#define VI wi
#define VU wu
#include "logarithm.inc.h"
#undef VF
#undef VI
#undef VU

/// x = n log 2 + r with |r| at most log 2 / 2, for n within +-2^21. Returns n + 1.5 2^23, whose low
/// bits are those of n as an integer.
INLINE vf reduce_exponent_shifted(vf x, vf *r) {
  const float magic = 0x1.8p23f;
  vf shifted = fma_(x, splat(0x1.715476p+0f), splat(magic));
  vf n = shifted - magic;
  *r = fma_(n, splat(-log2_low), fma_(n, splat(-log2_high), x));
  return shifted;
}

/// The same; returns n as an integer.
INLINE vi reduce_exponent(vf x, vf *r) {
  return (vi)reduce_exponent_shifted(x, r) - (vi)splat(0x1.8p23f);
}

INLINE vf power_of_two(vi n) { return (vf)((n + 127) << 23); }

/// e^r - 1 for |r| at most log 2 / 2, as far as e^r needs it.
INLINE vf exp_of_rest(vf r) {
  vf p = POLYNOMIAL(r, 0.49999997f, 0.16666542f, 0.0416674912f, 0.00836677104f, 0.0013866045f);
  return fma_(r * r, p, r);
}

/// e^x.
INLINE vf exp_(vf x) {
  x = choose(x > 89.0f, splat(89.0f), x);
  x = choose(x < -104.5f, splat(-104.5f), x);
  vf r;
  vi n = reduce_exponent(x, &r);
  vf p = exp_of_rest(r) + 1.0f;
  // In two steps, because 2^n alone may be out of range where the result is not.
  vi half = n >> 1;
  return p * power_of_two(half) * power_of_two(n - half);
}

/// e^x to the same bit for |x| at most 87, where the result is a normal number.
INLINE vf moderate_exp(vf x) {
  vf r, shifted = reduce_exponent_shifted(x, &r);
  // The shift leaves n alone, which is added to the exponent.
  return (vf)((vi)(exp_of_rest(r) + 1.0f) + ((vi)shifted << 23));
}

/// e^x - 1.
INLINE vf expm1_(vf x) {
  vf c = choose(x > 89.0f, splat(89.0f), x);
  c = choose(c < -30.0f, splat(-30.0f), c);
  vf r;
  vi n = reduce_exponent(c, &r);
  vf p = POLYNOMIAL(
      r, 0.5f, 0.166666657f, 0.0416664854f, 0.0083335489f, 0.00139331166f, 0.00019759695f);
  p = fma_(r * r, p, r);
  vi half = n >> 1;
  vf a = power_of_two(half), b = power_of_two(n - half);
  vf y = fma_(p * a, b, a * b - 1.0f);
  // Above, 2^n - 1 overflows before the result does.
  vf top = (p + 1.0f) * a * b;
  return choose(n == 0, choose(x == 0.0f, x, p), choose(n > 30, top, y));
}

INLINE vf log_of_parts(vf f, vf e) { return signed_log_of_parts(f, e, 1); }
INLINE vf log_of_normal(vf x) { return signed_log_of_normal(x, 1); }

/// Natural logarithm.
INLINE vf log_(vf x) {
  vi tiny = x < 0x1p-126f;
  vi e;
  vf m = split_exponent(choose(tiny, x * 0x1p24f, x), &e);
  e -= tiny & 24;
  vf y = log_of_parts(m - 1.0f, __builtin_convertvector(e, vf));
  y = choose(x == 0.0f, splat(-INFINITY), y);
  y = choose(x < 0.0f, splat(NAN), y);
  return choose(x < INFINITY, y, x);
}

/// log(1 + x).
INLINE vf log1p_(vf x) {
  vf u = x + 1.0f;
  // The rounding error of u, exactly.
  vf back = u - 1.0f;
  vf error = (1.0f - (u - back)) + (x - back);
  vi e;
  vf m = split_exponent(u, &e);
  // 2^-e reaches 2^-127 for the largest x, where the error no longer matters.
  vf scale = power_of_two(choose_int(e > 126, splat_int(-126), -e));
  vf f = fma_(error, scale, m - 1.0f);
  vf y = log_of_parts(f, __builtin_convertvector(e, vf));
  y = choose(absolute(x) < 0x1p-40f, x, y);
  y = choose(x == -1.0f, splat(-INFINITY), y);
  y = choose(x < -1.0f, splat(NAN), y);
  return choose(x < INFINITY, y, x);
}

INLINE vf tanh_(vf x) {
  vf a = absolute(x), z = x * x;
  vf p = POLYNOMIAL(z, -0.333332807f, 0.133314162f, -0.0537379384f, 0.0206341185f, -0.00570009183f);
  vf near = fma_(a * z, p, a);
  vf far = 1.0f - 2.0f / (exp_(2.0f * a) + 1.0f);
  return with_sign_of(choose(a < 0.625f, near, far), x);
}

/// tanh in fewer instructions, for the gates of recurrent cells.
INLINE vf quick_tanh(vf x) {
  vf d = 2.0f * absolute(x), r;
  vf shifted = reduce_exponent_shifted(choose(d > 30.0f, splat(30.0f), d), &r);
  vf power = power_of_two((vi)shifted);
  // e^d - 1, without a loss of digits where d is small and the power 1.
  vf m = fma_(exp_of_rest(r), power, power - 1.0f);
  return with_sign_of(m / (m + 2.0f), x);
}

/// 1 / (1 + e^-x).
INLINE vf sigmoid_(vf x) {
  vf e, a = -absolute(x);
  // A branch that is nearly always the same one, for a third of the instructions.
  if (__builtin_expect(lane_bits(~(a >= -87.0f)) == 0, 1)) e = moderate_exp(a);
  else e = exp_(a);
  return choose(x < 0.0f, e, splat(1.0f)) / (1.0f + e);
}

/// log(1 + e^-|x|).
INLINE vf log1p_exp_below(vf x) {
  vf e = exp_(-absolute(x));
  // 1 + e is not formed: 1 + f is it, or half of it.
  vi large = e > 0.41421356f;
  vf f = choose(large, fma_(e, splat(0.5f), splat(-0.5f)), e);
  return log_of_parts(f, choose(large, splat(1), splat(0)));
}

/// log(1 + e^x).
INLINE vf softplus_(vf x) { return choose(x > 0.0f, x, splat(0)) + log1p_exp_below(x); }

INLINE vf erf_(vf x) {
  vf a = absolute(x);
  vf z = x * x;
  vf p = POLYNOMIAL(
      z, 0.128379166f, -0.37612626f, 0.11283581f, -0.0268535279f, 0.00518765626f, -0.000800341659f,
      7.82905045e-05f);
  vf near = fma_(x, p, x);
  vf t = choose(a > 4.0f, splat(4.0f), a) - 2.0f;
  vf q = POLYNOMIAL(
      t, -5.36494112f, -4.41815996f, -0.923753023f, -0.0164804403f, 0.00355474907f,
      -0.000715534843f, 0.000170291154f, -7.65711138e-06f);
  vf far = with_sign_of(1.0f - exp_(q), x);
  return choose(a < 1.0f, near, far);
}

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
