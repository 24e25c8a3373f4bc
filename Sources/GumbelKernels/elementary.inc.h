// Elementary functions over their whole domains, on VF, the vector of floats; VI and VU are those of
// integers as wide. A lane's bits do not depend on how many lanes there are.

/// By Estrin's scheme: neighbouring terms are paired, then pairs, and so on. Horner's rule has as
/// many operations but waits for each, which costs twice the time.
OVERLOADED VF polynomial(VF x, const float *c, size_t count) {
  VF p[8];
  size_t n = (count + 1) / 2;
  for (size_t i = 0; i < count / 2; i++) p[i] = fma_((VF)c[2 * i + 1], x, (VF)c[2 * i]);
  if (count % 2) p[n - 1] = (VF)c[count - 1];
  for (; n > 1; n = (n + 1) / 2) {
    x *= x;
    for (size_t i = 0; i < n / 2; i++) p[i] = fma_(p[2 * i + 1], x, p[2 * i]);
    if (n % 2) p[n / 2] = p[n - 1];
  }
  return p[0];
}

/// x = m 2^e with m in [sqrt(1/2), sqrt 2); x positive and normal.
OVERLOADED VF split_exponent(VF x, VI *e) {
  VI k = (VI)((VU)x - 0x3f3504f3u);
  *e = k >> 23;
  return (VF)((VU)x - ((VU)k & 0xff800000u));
}

/// sign (e log 2 + log(1 + f)) for 1 + f in [sqrt(1/2), sqrt 2].
OVERLOADED VF signed_log_of_parts(VF f, VF e, const float sign) {
  VF p = POLYNOMIAL(
      f, sign * 0.333333313f, sign * -0.250008196f, sign * 0.200012445f, sign * -0.166234136f,
      sign * 0.14201501f, sign * -0.131594718f, sign * 0.127627298f, sign * -0.0763746798f);
  p = fma_(f, p, (VF)(sign * -0.5f));
  VF y = fma_(f * f, p, e * (sign * log2_low));
  return fma_(e, (VF)(sign * log2_high), sign > 0 ? y + f : y - f);
}
/// sign log x for x positive and normal.
OVERLOADED VF signed_log_of_normal(VF x, const float sign) {
  VI e;
  VF m = split_exponent(x, &e);
  return signed_log_of_parts(m - 1.0f, __builtin_convertvector(e, VF), sign);
}

/// x = n log 2 + r with |r| at most log 2 / 2, for n within +-2^21. Returns n + 1.5 2^23, whose low
/// bits are those of n as an integer.
OVERLOADED VF reduce_exponent_shifted(VF x, VF *r) {
  const float magic = 0x1.8p23f;
  VF shifted = fma_(x, (VF)0x1.715476p+0f, (VF)magic);
  VF n = shifted - magic;
  *r = fma_(n, (VF)(-log2_low), fma_(n, (VF)(-log2_high), x));
  return shifted;
}

/// The same; returns n as an integer.
OVERLOADED VI reduce_exponent(VF x, VF *r) {
  return (VI)reduce_exponent_shifted(x, r) - (VI)(VF)0x1.8p23f;
}

OVERLOADED VF power_of_two(VI n) { return (VF)((n + 127) << 23); }

/// e^r - 1 for |r| at most log 2 / 2, as far as e^r needs it.
OVERLOADED VF exp_of_rest(VF r) {
  VF p = POLYNOMIAL(r, 0.49999997f, 0.16666542f, 0.0416674912f, 0.00836677104f, 0.0013866045f);
  return fma_(r * r, p, r);
}

/// e^x.
OVERLOADED VF exp_(VF x) {
  x = choose(x > 89.0f, (VF)89.0f, x);
  x = choose(x < -104.5f, (VF)-104.5f, x);
  VF r;
  VI n = reduce_exponent(x, &r);
  VF p = exp_of_rest(r) + 1.0f;
  // In two steps, because 2^n alone may be out of range where the result is not.
  VI half = n >> 1;
  return p * power_of_two(half) * power_of_two(n - half);
}

/// e^x to the same bit for |x| at most 87, where the result is a normal number.
OVERLOADED VF moderate_exp(VF x) {
  VF r, shifted = reduce_exponent_shifted(x, &r);
  // The shift leaves n alone, which is added to the exponent.
  return (VF)((VI)(exp_of_rest(r) + 1.0f) + ((VI)shifted << 23));
}

/// e^x - 1.
OVERLOADED VF expm1_(VF x) {
  VF c = choose(x > 89.0f, (VF)89.0f, x);
  c = choose(c < -30.0f, (VF)-30.0f, c);
  VF r;
  VI n = reduce_exponent(c, &r);
  VF p = POLYNOMIAL(
      r, 0.5f, 0.166666657f, 0.0416664854f, 0.0083335489f, 0.00139331166f, 0.00019759695f);
  p = fma_(r * r, p, r);
  VI half = n >> 1;
  VF a = power_of_two(half), b = power_of_two(n - half);
  VF y = fma_(p * a, b, a * b - 1.0f);
  // Above, 2^n - 1 overflows before the result does.
  VF top = (p + 1.0f) * a * b;
  return choose(n == 0, choose(x == 0.0f, x, p), choose(n > 30, top, y));
}

OVERLOADED VF log_of_parts(VF f, VF e) { return signed_log_of_parts(f, e, 1); }
OVERLOADED VF log_of_normal(VF x) { return signed_log_of_normal(x, 1); }

/// Natural logarithm.
OVERLOADED VF log_(VF x) {
  VI tiny = x < 0x1p-126f;
  VI e;
  VF m = split_exponent(choose(tiny, x * 0x1p24f, x), &e);
  e -= tiny & 24;
  VF y = log_of_parts(m - 1.0f, __builtin_convertvector(e, VF));
  y = choose(x == 0.0f, (VF)-INFINITY, y);
  y = choose(x < 0.0f, (VF)NAN, y);
  return choose(x < INFINITY, y, x);
}

/// log(1 + x).
OVERLOADED VF log1p_(VF x) {
  VF u = x + 1.0f;
  // The rounding error of u, exactly.
  VF back = u - 1.0f;
  VF error = (1.0f - (u - back)) + (x - back);
  VI e;
  VF m = split_exponent(u, &e);
  // 2^-e reaches 2^-127 for the largest x, where the error no longer matters.
  VF scale = power_of_two(choose_int(e > 126, (VI)-126, -e));
  VF f = fma_(error, scale, m - 1.0f);
  VF y = log_of_parts(f, __builtin_convertvector(e, VF));
  y = choose(absolute(x) < 0x1p-40f, x, y);
  y = choose(x == -1.0f, (VF)-INFINITY, y);
  y = choose(x < -1.0f, (VF)NAN, y);
  return choose(x < INFINITY, y, x);
}

OVERLOADED VF tanh_(VF x) {
  VF a = absolute(x), z = x * x;
  VF p = POLYNOMIAL(z, -0.333332807f, 0.133314162f, -0.0537379384f, 0.0206341185f, -0.00570009183f);
  VF near = fma_(a * z, p, a);
  VF far = 1.0f - 2.0f / (exp_(2.0f * a) + 1.0f);
  return with_sign_of(choose(a < 0.625f, near, far), x);
}

/// 1 / (1 + e^-x).
OVERLOADED VF sigmoid_(VF x) {
  VF e, a = -absolute(x);
  // A branch that is nearly always the same one, for a third of the instructions.
  if (__builtin_expect(lane_bits(~(a >= -87.0f)) == 0, 1)) e = moderate_exp(a);
  else e = exp_(a);
  return choose(x < 0.0f, e, (VF)1.0f) / (1.0f + e);
}

/// NaN where x is NaN.
OVERLOADED VF within(VF x, const float limit) {
  return larger((VF)-limit, smaller((VF)limit, x));
}

/// sigmoid and tanh in fewer instructions, for the gates of recurrent cells: without a sign to take
/// off and put back. The sigmoid is not below e^-87, where e^-x would overflow.
OVERLOADED VF quick_sigmoid(VF x) {
  VF r, shifted = reduce_exponent_shifted(-within(x, 87), &r);
  VF power = power_of_two((VI)shifted);
  return 1.0f / (1.0f + fma_(exp_of_rest(r), power, power));
}

OVERLOADED VF quick_tanh(VF x) {
  VF r, shifted = reduce_exponent_shifted(within(x + x, 30), &r);
  VF power = power_of_two((VI)shifted);
  // e^2x - 1, without a loss of digits where x is small and the power 1.
  VF m = fma_(exp_of_rest(r), power, power - 1.0f);
  return m / (m + 2.0f);
}

/// log(1 + e^-|x|).
OVERLOADED VF log1p_exp_below(VF x) {
  VF e = exp_(-absolute(x));
  // 1 + e is not formed: 1 + f is it, or half of it.
  VI large = e > 0.41421356f;
  VF f = choose(large, fma_(e, (VF)0.5f, (VF)-0.5f), e);
  return log_of_parts(f, choose(large, (VF)1.0f, (VF)0.0f));
}

/// log(1 + e^x).
OVERLOADED VF softplus_(VF x) { return choose(x > 0.0f, x, (VF)0.0f) + log1p_exp_below(x); }

OVERLOADED VF erf_(VF x) {
  VF a = absolute(x);
  VF z = x * x;
  VF p = POLYNOMIAL(
      z, 0.128379166f, -0.37612626f, 0.11283581f, -0.0268535279f, 0.00518765626f, -0.000800341659f,
      7.82905045e-05f);
  VF near = fma_(x, p, x);
  VF t = choose(a > 4.0f, (VF)4.0f, a) - 2.0f;
  VF q = POLYNOMIAL(
      t, -5.36494112f, -4.41815996f, -0.923753023f, -0.0164804403f, 0.00355474907f,
      -0.000715534843f, 0.000170291154f, -7.65711138e-06f);
  VF far = with_sign_of(1.0f - exp_(q), x);
  return choose(a < 1.0f, near, far);
}

/// The standard normal distribution function, to a rounding of 1.
OVERLOADED VF normal_distribution(VF x) {
  return fma_(erf_(x * 0.707106781f), (VF)0.5f, (VF)0.5f);
}

/// x P(x), P the standard normal distribution function.
OVERLOADED VF gelu_(VF x) { return larger((VF)-gelu_limit, x) * normal_distribution(x); }

/// P(x) + x p(x), p the density.
OVERLOADED VF gelu_derivative_(VF x) {
  VF near = within(x, gelu_limit);
  return fma_(near * 0.398942280f, exp_(near * near * -0.5f), normal_distribution(x));
}
