// One loop for each elementwise operation. `n` is a multiple of 8: the program that calls them pads
// what is shorter. `out` may be the memory of an operand.

typedef void operation_loop(
    void *out, const void *a, const void *b, const void *c, size_t n);

#define LOOP(name, expression)                                                             \
  static void loop_##name(void *out, const void *ap, const void *bp, const void *cp, size_t n) { \
    (void)bp, (void)cp;                                                                    \
    for (size_t i = 0; i < n; i += 8) {                                                    \
      expression                                                                           \
    }                                                                                      \
  }

#define A load((const float *)ap + i)
#define B load((const float *)bp + i)
#define C load((const float *)cp + i)
#define AI load_int((const int32_t *)ap + i)
#define BI load_int((const int32_t *)bp + i)
#define CI load_int((const int32_t *)cp + i)

#define FLOAT_LOOP(name, expression) LOOP(name, store((float *)out + i, expression);)
#define INT_LOOP(name, expression) LOOP(name, store_int((int32_t *)out + i, expression);)
/// For functions of many operations, on vectors as wide as registers.
#define NATIVE_LOOP(name, expression)                                                      \
  static void loop_##name(void *out, const void *ap, const void *bp, const void *cp, size_t n) { \
    (void)bp, (void)cp;                                                                    \
    for (size_t i = 0; i < n; i += native_lanes) {                                         \
      nf a = load_native((const float *)ap + i, n - i);                                    \
      nf b = load_native((const float *)bp + i, n - i);                                    \
      (void)b;                                                                             \
      store_native((float *)out + i, expression, n - i);                                   \
    }                                                                                      \
  }
#define ONE_IF(condition) ((vf)((condition) & (vi)splat(1.0f)))

INLINE vf sign_(vf x) {
  return choose(x > 0.0f, splat(1.0f), choose(x < 0.0f, splat(-1.0f), x));
}

INLINE vi int_from_float(vf x) {
  vi above = x >= 0x1p31f;
  vf inside = choose(x == x, x, splat(0));
  inside = choose(above, splat(0), inside);
  inside = choose(inside < -0x1p31f, splat(-0x1p31f), inside);
  return choose_int(above, splat_int(INT32_MAX), __builtin_convertvector(inside, vi));
}

INLINE nf sigmoid_cross_entropy_(nf a, nf b) {
  return choose(a > 0.0f, a, (nf)0.0f) - a * b + log1p_exp_below(a);
}

INT_LOOP(copy, AI)
INT_LOOP(negate, AI ^ INT32_MIN)
FLOAT_LOOP(abs, absolute(A))
FLOAT_LOOP(sign, sign_(A))
LOOP(square, vf a = A; store((float *)out + i, a * a);)
FLOAT_LOOP(sqrt, square_root(A))
FLOAT_LOOP(rsqrt, 1.0f / square_root(A))
FLOAT_LOOP(reciprocal, 1.0f / A)
NATIVE_LOOP(exp, exp_(a))
NATIVE_LOOP(expm1, expm1_(a))
NATIVE_LOOP(log, log_(a))
NATIVE_LOOP(log1p, log1p_(a))
FLOAT_LOOP(sin, sin_(A))
FLOAT_LOOP(cos, cos_(A))
NATIVE_LOOP(tanh, tanh_(a))
NATIVE_LOOP(sigmoid, sigmoid_(a))
NATIVE_LOOP(softplus, softplus_(a))
LOOP(relu, vf a = A; store((float *)out + i, choose(a <= 0.0f, splat(0), a));)
NATIVE_LOOP(erf, erf_(a))
NATIVE_LOOP(gelu, gelu_(a))
NATIVE_LOOP(gelu_derivative, gelu_derivative_(a))
FLOAT_LOOP(floor, round_down(A))
FLOAT_LOOP(round, nearest(A))
FLOAT_LOOP(float_from_int32, __builtin_convertvector(AI, vf))
INT_LOOP(int32_from_float, int_from_float(A))
INT_LOOP(negate_i, (vi)((vu)(vi)splat_int(0) - (vu)AI))
FLOAT_LOOP(is_finite, ONE_IF(absolute(A) < INFINITY))

FLOAT_LOOP(add, A + B)
FLOAT_LOOP(subtract, A - B)
FLOAT_LOOP(multiply, A * B)
FLOAT_LOOP(divide, A / B)
FLOAT_LOOP(maximum, larger_or_nan(A, B))
FLOAT_LOOP(minimum, smaller_or_nan(A, B))
FLOAT_LOOP(power, power_(A, B))
FLOAT_LOOP(equal, ONE_IF(A == B))
FLOAT_LOOP(not_equal, ONE_IF(A != B))
FLOAT_LOOP(less, ONE_IF(A < B))
FLOAT_LOOP(less_or_equal, ONE_IF(A <= B))
INT_LOOP(add_i, (vi)((vu)AI + (vu)BI))
INT_LOOP(subtract_i, (vi)((vu)AI - (vu)BI))
INT_LOOP(multiply_i, (vi)((vu)AI * (vu)BI))
FLOAT_LOOP(equal_i, ONE_IF(AI == BI))
FLOAT_LOOP(less_i, ONE_IF(AI < BI))
NATIVE_LOOP(sigmoid_cross_entropy, sigmoid_cross_entropy_(a, b))
LOOP(multiply_no_nan, vf b = B; store((float *)out + i, choose(b == 0.0f, splat(0), A * b));)

INT_LOOP(select, choose_int(A != 0.0f, BI, CI))
FLOAT_LOOP(multiply_add, A *B + C)

#undef A
#undef B
#undef C
#undef AI
#undef BI
#undef CI

static operation_loop *const operation_loops[] = {
    [GK_COPY] = loop_copy,
    [GK_NEGATE] = loop_negate,
    [GK_ABS] = loop_abs,
    [GK_SIGN] = loop_sign,
    [GK_SQUARE] = loop_square,
    [GK_SQRT] = loop_sqrt,
    [GK_RSQRT] = loop_rsqrt,
    [GK_RECIPROCAL] = loop_reciprocal,
    [GK_EXP] = loop_exp,
    [GK_EXPM1] = loop_expm1,
    [GK_LOG] = loop_log,
    [GK_LOG1P] = loop_log1p,
    [GK_SIN] = loop_sin,
    [GK_COS] = loop_cos,
    [GK_TANH] = loop_tanh,
    [GK_SIGMOID] = loop_sigmoid,
    [GK_SOFTPLUS] = loop_softplus,
    [GK_RELU] = loop_relu,
    [GK_ERF] = loop_erf,
    [GK_FLOOR] = loop_floor,
    [GK_ROUND] = loop_round,
    [GK_FLOAT_FROM_INT32] = loop_float_from_int32,
    [GK_INT32_FROM_FLOAT] = loop_int32_from_float,
    [GK_NEGATE_I] = loop_negate_i,
    [GK_IS_FINITE] = loop_is_finite,
    [GK_GELU] = loop_gelu,
    [GK_GELU_DERIVATIVE] = loop_gelu_derivative,
    [GK_ADD] = loop_add,
    [GK_SUBTRACT] = loop_subtract,
    [GK_MULTIPLY] = loop_multiply,
    [GK_DIVIDE] = loop_divide,
    [GK_MAXIMUM] = loop_maximum,
    [GK_MINIMUM] = loop_minimum,
    [GK_POWER] = loop_power,
    [GK_EQUAL] = loop_equal,
    [GK_NOT_EQUAL] = loop_not_equal,
    [GK_LESS] = loop_less,
    [GK_LESS_OR_EQUAL] = loop_less_or_equal,
    [GK_ADD_I] = loop_add_i,
    [GK_SUBTRACT_I] = loop_subtract_i,
    [GK_MULTIPLY_I] = loop_multiply_i,
    [GK_EQUAL_I] = loop_equal_i,
    [GK_LESS_I] = loop_less_i,
    [GK_SIGMOID_CROSS_ENTROPY] = loop_sigmoid_cross_entropy,
    [GK_MULTIPLY_NO_NAN] = loop_multiply_no_nan,
    [GK_SELECT] = loop_select,
    [GK_MULTIPLY_ADD] = loop_multiply_add,
};
