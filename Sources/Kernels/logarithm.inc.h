// Polynomials and logarithms on VF, the vector of floats; VI and VU are those of integers as wide.

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
