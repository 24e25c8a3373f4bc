// Gumbel-softmax of a few rows that fit in one vector, and its pullback. A row is a vector here:
// small batches do not fill groups of eight rows. Samples have the bits that gumbel_softmax_narrow
// gives them.

enum { few_rows = 15, rows_in_step = 4 };

// Across the lanes, with the result in all of them; sum_of_eight has the order of the sum.
INLINE vf sum_to_all_lanes(vf v) {
  v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3);
  v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5);
  return v + __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6);
}
INLINE vf largest_to_all_lanes(vf v) {
  v = larger(v, __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3));
  v = larger(v, __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5));
  return larger(v, __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6));
}

INLINE vf load_row(const float *x, size_t k) {
#if GK_AVX2
  return (vf)load_first_int(x, k);
#else
  return load_up_to(x, k, 0);
#endif
}

/// `count` rows that follow each other: whole vectors but for the last, each overwriting the excess
/// of the one before.
INLINE void store_rows(float *y, const vf *v, const size_t count, size_t k) {
  for (size_t j = 0; j + 1 < count; j++) store(y + j * k, v[j]);
  store_up_to(y + (count - 1) * k, v[count - 1], k);
}

/// A temperature's reciprocal in all lanes, and whether the temperature is an ordinary one.
typedef struct {
  vf inverse;
  vi ordinary;
} row_temperature;

INLINE row_temperature row_temperature_of(float temperature) {
  vf t = splat(temperature);
  return (row_temperature){1.0f / t, (t >= least_temperature) & (t <= greatest_temperature)};
}

/// `count` rows, 1, 2 or rows_in_step, from row r on. `logits` and `warmth` are what all rows
/// share, where they share it.
INLINE void sample_vector_rows(
    const gk_gumbel_softmax_arguments *arguments, const sample_outputs *out, size_t r,
    const float *noise, vf logits, row_temperature warmth, const size_t count) {
  size_t k = arguments->k;
  bool own_logits = arguments->logits_stride, own_temperature = arguments->temperature_stride;
  const vi lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  vi inside = first_lanes(k), is_winner[rows_in_step];
  uint32_t valid = ~0u;  // four rows of eight lanes
  vf z[rows_in_step], e[rows_in_step], sum[rows_in_step];
#pragma clang loop unroll(full)
  for (size_t j = 0; j < count; j++) {
    if (own_logits) logits = load_row(arguments->logits + (r + j) * k, k);
    if (own_temperature) warmth = row_temperature_of(arguments->temperature[r + j]);
    vf a = choose(inside, load(noise + j * k) + logits, splat(-INFINITY));
    vf top = largest_to_all_lanes(a);
    vi here = (a == a) & (absolute(top) <= gk_largest_plain) & warmth.ordinary;
    valid &= ~((~lane_bits(here) & 255) << 8 * j);
    int32_t winner = __builtin_ctz(lane_bits(a == top) | 128);
    is_winner[j] = lanes == winner;
    if (out->index) out->index[r + j] = winner;
    // Not -inf beyond the row: results that underflow are slow.
    z[j] = (vf)((vi)((a - top) * warmth.inverse) & inside);
  }
  if (out->hard) {
    for (size_t j = 0; j < count; j++) e[j] = ONE_IF(is_winner[j]);
    store_rows(out->hard + r * k, e, count, k);
  }
  if (out->soft || out->log_soft) {
#pragma clang loop unroll(full)
    for (size_t j = 0; j < count; j++) {
      vf v = exp_(z[j]);
      v = choose(is_winner[j], v, smaller(v, splat(below_one)));
      e[j] = (vf)((vi)v & inside);
      sum[j] = sum_to_all_lanes(e[j]);
    }
    if (out->soft) {
      for (size_t j = 0; j < count; j++) e[j] *= 1.0f / sum[j];
      store_rows(out->soft + r * k, e, count, k);
    }
    if (out->log_soft) {
      for (size_t j = 0; j < count; j++) {
        vf logarithm = log_of_normal(sum[j]), v = z[j] - logarithm;
        e[j] = choose(is_winner[j], v, smaller(v, below_negative(logarithm)));
      }
      store_rows(out->log_soft + r * k, e, count, k);
    }
  }
  if (__builtin_expect(valid == ~0u, 1)) return;
  for (size_t j = 0; j < count; j++) {
    if ((valid >> 8 * j & 255) != 255) special_row(arguments, r + j, *out);
  }
}

static __attribute__((noinline)) void gumbel_softmax_vector_rows(
    const gk_gumbel_softmax_arguments *arguments, sample_outputs out, size_t begin, size_t end) {
  size_t k = arguments->k;
  float noise[8 * few_rows + 16];
  vf logits = load_row(arguments->logits, k);
  row_temperature warmth = row_temperature_of(arguments->temperature[0]);
  gumbel_tile(arguments->key, arguments->first + (uint64_t)begin * k, noise, (end - begin) * k);
  const float *here = noise;
  size_t r = begin;
  for (; r + rows_in_step <= end; r += rows_in_step, here += rows_in_step * k) {
    sample_vector_rows(arguments, &out, r, here, logits, warmth, rows_in_step);
  }
  for (; r + 2 <= end; r += 2, here += 2 * k) {
    sample_vector_rows(arguments, &out, r, here, logits, warmth, 2);
  }
  if (r < end) sample_vector_rows(arguments, &out, r, here, logits, warmth, 1);
}

static void gumbel_softmax_rows(
    const gk_gumbel_softmax_arguments *arguments, float *soft, float *log_soft, float *hard,
    int32_t *index, size_t begin, size_t end) {
  sample_outputs out = {soft, log_soft, hard, index};
  size_t k = arguments->k;
  bool few = is_vector_row(k) && end - begin <= few_rows;
  if (few) gumbel_softmax_vector_rows(arguments, out, begin, end);
  else if (k <= narrow_limit) gumbel_softmax_narrow(arguments, out, begin, end);
  else gumbel_softmax_wide(arguments, out, begin, end);
}

// MARK: - Pullback

/// How to divide by a temperature: by its reciprocal where both are normal numbers.
typedef struct {
  vf temperature, inverse;
  vi ordinary;
  bool all_ordinary;
} divisor;

INLINE divisor divisor_of(vf t) {
  divisor d = {t, 1.0f / t, (t >= least_temperature) & (t <= greatest_temperature), false};
  d.all_ordinary = (lane_bits(d.ordinary) & 255) == 255;
  return d;
}

/// p / t, and 0 where p is 0, whatever t is: one-hot rows have no gradient even at temperature 0.
INLINE vf divided(vf p, const divisor *d) {
  vf q = p * d->inverse;
  if (d->all_ordinary) return q;
  return choose(d->ordinary, q, choose(p == 0.0f, splat(0), p / d->temperature));
}

/// One element's gradient: of a sample on the simplex from the row's <g, y>, of a log-space sample
/// from the row's sum of g. Entries of probability 0 in log space take no part.
INLINE vf sample_gradient(vf y, vf g, vf reduced, const divisor *d, const bool logarithm) {
  if (!logarithm) return divided(y * (g - reduced), d);
  vf p = fma_(-exp_(y), reduced, g);
  return divided(choose(y == -INFINITY, splat(0), p), d);
}
INLINE vf reduced_term(vf y, vf g, vf sum, const bool logarithm) {
  if (!logarithm) return fma_(y, g, sum);
  return sum + choose(y == -INFINITY, splat(0), g);
}

/// `count` rows from row r on; returns the sum of their gradients.
INLINE vf pull_back_vector_rows(
    const float *y, const float *g, const float *temperature, size_t temperature_stride,
    const divisor *shared, float *dx, size_t r, size_t k, vf total, const bool logarithm,
    const size_t count) {
  vf yv[rows_in_step], gv[rows_in_step];
#pragma clang loop unroll(full)
  for (size_t j = 0; j < count; j++) {
    yv[j] = load_row(y + (r + j) * k, k);
    gv[j] = load_row(g + (r + j) * k, k);
  }
#pragma clang loop unroll(full)
  for (size_t j = 0; j < count; j++) {
    divisor d = *shared;
    if (temperature_stride) d = divisor_of(splat(temperature[r + j]));
    vf reduced = sum_to_all_lanes(reduced_term(yv[j], gv[j], splat(0), logarithm));
    yv[j] = sample_gradient(yv[j], gv[j], reduced, &d, logarithm);
    total += yv[j];
  }
  if (dx) store_rows(dx + r * k, yv, count, k);
  return total;
}

INLINE void pull_back_short_rows(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k, const bool logarithm) {
  divisor d = divisor_of(splat(temperature[0]));
  vf total = splat(0);
  size_t r = 0;
  for (; r + rows_in_step <= rows; r += rows_in_step) {
    total = pull_back_vector_rows(
        y, g, temperature, temperature_stride, &d, dx, r, k, total, logarithm, rows_in_step);
  }
  for (; r < rows; r++) {
    total = pull_back_vector_rows(
        y, g, temperature, temperature_stride, &d, dx, r, k, total, logarithm, 1);
  }
  if (sum_rows) store_up_to(sum_rows, total, k);
}
