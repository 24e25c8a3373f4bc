// From random words to exponential and Gumbel values, on VF as in elementary.inc.h.

/// -log u where u is p, or 1 - p in the lanes of `upper`; p in (0, 1/2]. Full relative precision.
OVERLOADED VF exponential_of(VF p, VI upper) {
  VI e;
  VF low = split_exponent(p, &e) - 1.0f;
  // 1 - p is not formed where it would lose digits: its logarithm takes -p, or, below
  // sqrt(1/2), 2 (1 - p) - 1, which is exact.
  VI near = p < 0.29289323f;
  VF high = choose(near, -p, fma_(p, (VF)-2.0f, (VF)1.0f));
  VF f = choose(upper, high, low);
  VF exponent = __builtin_convertvector(choose_int(upper, ~near, e), VF);
  return signed_log_of_parts(f, exponent, -1);
}

/// The smaller of u and 1 - u for a word away from the ends, u = (x + 1/2) / 2^32.
OVERLOADED VF middle_probability(VI x, VI upper) {
  VI nearer = x ^ upper;
  return (__builtin_convertvector(nearer, VF) + 0.5f) * 0x1p-32f;
}

/// The smaller of u and 1 - u at the ends, u = (x 2^32 + y + 1/2) / 2^64.
OVERLOADED VF tail_probability(VI x, VI y, VI upper) {
  VI high = x ^ upper, low = y ^ upper;
  VF top = __builtin_convertvector((VI)((VU)low >> 16), VF) * 0x1p16f;
  VF bottom = __builtin_convertvector(low & 0xffff, VF) + 0.5f;
  return (__builtin_convertvector(high, VF) * 0x1p32f + (top + bottom)) * 0x1p-64f;
}

OVERLOADED VI is_tail(VI x) { return (((VU)x + 0x1000000u) >> 25) == 0; }

OVERLOADED VF noise_of(VF p, VI upper, const bool gumbel) {
  VF e = exponential_of(p, upper);
  return gumbel ? signed_log_of_normal(e, -1) : e;
}
