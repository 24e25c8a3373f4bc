// Gumbel-softmax in one pass. Noise lives in a tile of the first-level cache and nowhere else.
//
// The vector paths take rows whose largest perturbed logit is of ordinary size, without NaN, at an
// ordinary temperature. `special_row` knows all the rules and takes the others, one element at a
// time.

/// Temperatures whose reciprocal is a normal float.
static const float least_temperature = 1e-37f, greatest_temperature = 1e37f;
/// Caps the exponentials of all but the winner, so that rounding at high temperatures cannot tie
/// them with it: the largest of `soft` stands where `hard` has its 1.
static const float below_one = 0x1.fffffep-1f;

typedef struct {
  float *soft, *log_soft, *hard;
  int32_t *index;
} sample_outputs;

/// The largest float below -x, for x at least 0.
INLINE vf below_negative(vf x) { return (vf)((vi)with_sign_of(x, splat(-1)) + 1); }

typedef struct {
  const uint32_t *key;
  uint64_t first;
  const float *logits;
  size_t k;
  bool infinite;  // among infinite logits only the noise counts
  float shift;
} perturbed_row;

/// The winner of logits - shift + noise, which go to `a` where it is not NULL.
static gk_winner perturb_special(const perturbed_row *row, float *a) {
  gk_winner best = {-INFINITY, -1, true};
  float noise[noise_tile + 8];
  for (size_t c = 0; c < row->k; c++) {
    size_t place = c % noise_tile, left = row->k - c;
    if (place == 0) {
      gumbel_tile(row->key, row->first + c, noise, left < noise_tile ? left : noise_tile);
    }
    float x = row->logits[c], v = x - row->shift + noise[place];
    if (row->infinite) v = x == INFINITY ? noise[place] : -INFINITY;
    if (v > best.value) best.value = v, best.index = (int32_t)c;
    if (a) a[c] = v;
  }
  return best;
}

static void special_row(
    const gk_gumbel_softmax_arguments *arguments, size_t row, sample_outputs out) {
  size_t k = arguments->k;
  const float *x = arguments->logits + row * arguments->logits_stride;
  float t = arguments->temperature[row * arguments->temperature_stride];
  uint64_t first = arguments->first + (uint64_t)row * k;
  float *soft = out.soft ? out.soft + row * k : NULL;
  float *log_soft = out.log_soft ? out.log_soft + row * k : NULL;
  float *hard = out.hard ? out.hard + row * k : NULL;

  bool valid = t >= 0;
  float top = -INFINITY;
  for (size_t c = 0; c < k; c++) {
    if (x[c] != x[c]) valid = false;
    if (x[c] > top) top = x[c];
  }
  bool infinite = top == INFINITY;
  if (!valid || top == -INFINITY) {
    for (size_t c = 0; c < k; c++) {
      if (soft) soft[c] = NAN;
      if (log_soft) log_soft[c] = NAN;
      if (hard) hard[c] = NAN;
    }
    if (out.index) out.index[row] = -1;
    return;
  }

  float *store_in = soft ? soft : log_soft;
  perturbed_row perturbed = {arguments->key, first, x, k, infinite, 0};
  gk_winner w = perturb_special(&perturbed, store_in);
  if (fabsf(w.value) > gk_largest_plain && !infinite) {
    perturbed.shift = top;
    w = perturb_special(&perturbed, store_in);
  }
  float best = w.value;
  size_t winner = (size_t)w.index;
  if (out.index) out.index[row] = (int32_t)winner;
  if (hard) {
    memset(hard, 0, k * sizeof *hard);
    hard[winner] = 1;
  }
  if (!store_in) return;

  float sum = 0;
  for (size_t c = 0; c < k; c++) {
    float a = store_in[c], z;
    if (t == 0) z = c == winner ? 0 : -INFINITY;
    else if (t == INFINITY) z = a == -INFINITY ? -INFINITY : 0;
    else z = (a - best) / t;
    float e = exp_(splat(z))[0];
    if (c != winner && t < INFINITY && e > below_one) e = below_one;
    sum += e;
    if (log_soft) log_soft[c] = z;
    if (soft) soft[c] = e;
  }
  float logarithm = log_of(sum), inverse = 1.0f / sum;
  float limit = below_negative(splat(logarithm))[0];
  for (size_t c = 0; c < k; c++) {
    if (log_soft) {
      log_soft[c] -= logarithm;
      if (c != winner && t < INFINITY && log_soft[c] > limit) log_soft[c] = limit;
    }
    if (soft) soft[c] *= inverse;
  }
}

// MARK: - Narrow rows: eight at a time, one a lane

/// Rows that fill one vector well enough to be worked on as one.
INLINE bool is_vector_row(size_t k) { return k >= 5 && k <= 8; }

INLINE vf sum_of_eight(const vf *e) {
  return ((e[0] + e[4]) + (e[2] + e[6])) + ((e[1] + e[5]) + (e[3] + e[7]));
}

static void gumbel_softmax_narrow(
    const gk_gumbel_softmax_arguments *arguments, sample_outputs out, size_t begin, size_t end) {
  size_t k = arguments->k, rows_in_tile = noise_tile / (8 * k) * 8;
  float noise[noise_tile + 8 * narrow_limit + 16];
  for (size_t start = begin; start < end; start += rows_in_tile) {
    size_t count = end - start < rows_in_tile ? end - start : rows_in_tile;
    gumbel_tile(arguments->key, arguments->first + (uint64_t)start * k, noise, count * k);
    for (size_t i = 0; i < count; i += 8) {
      size_t r = start + i, here = group_rows(i, count);
      vf a[narrow_limit], e[narrow_limit], logits[narrow_limit];
      load_group(noise + i * k, 8, k, true, a);
      if (arguments->logits_stride) {
        load_group(
            arguments->logits + r * k, here, k, group_slack(r, arguments->rows, k), logits);
        for (size_t c = 0; c < k; c++) a[c] += logits[c];
      } else {
        for (size_t c = 0; c < k; c++) a[c] += splat(arguments->logits[c]);
      }
      vf top = a[0];
      vi winner = splat_int(0), valid = a[0] == a[0];
      for (size_t c = 1; c < k; c++) {
        vi better = a[c] > top;
        top = choose(better, a[c], top);
        winner = choose_int(better, splat_int((int32_t)c), winner);
        valid &= a[c] == a[c];
      }
      vf t = arguments->temperature_stride ? load_up_to(arguments->temperature + r, here, 1)
                                           : splat(arguments->temperature[0]);
      valid &= (absolute(top) <= gk_largest_plain) & (t >= least_temperature)
          & (t <= greatest_temperature);

      if (out.index) store_up_to((float *)out.index + r, (vf)winner, here);
      if (out.hard) {
        for (size_t c = 0; c < k; c++) e[c] = ONE_IF(winner == (int32_t)c);
        store_group(out.hard + r * k, here, k, e);
      }
      if (out.soft || out.log_soft) {
        vf inverse_t = 1.0f / t, sum = splat(0);
        for (size_t c = 0; c < k; c++) {
          a[c] = (a[c] - top) * inverse_t;
          vf v = exp_(a[c]);
          e[c] = choose(winner == (int32_t)c, v, smaller(v, splat(below_one)));
          sum += e[c];
        }
        if (is_vector_row(k)) {
          for (size_t c = k; c < 8; c++) e[c] = splat(0);
          sum = sum_of_eight(e);
        }
        if (out.soft) {
          vf inverse = 1.0f / sum;
          for (size_t c = 0; c < k; c++) e[c] *= inverse;
          store_group(out.soft + r * k, here, k, e);
        }
        if (out.log_soft) {
          vf logarithm = log_of_normal(sum), limit = below_negative(logarithm);
          for (size_t c = 0; c < k; c++) {
            vf v = a[c] - logarithm;
            a[c] = choose(winner == (int32_t)c, v, smaller(v, limit));
          }
          store_group(out.log_soft + r * k, here, k, a);
        }
      }
      uint32_t lanes = lane_bits(~valid) & ((1u << here) - 1);
      for (; lanes; lanes &= lanes - 1) {
        special_row(arguments, r + (size_t)__builtin_ctz(lanes), out);
      }
    }
  }
}

// MARK: - Wide rows: one at a time

/// The winner so far in each lane.
typedef struct {
  vf top;
  vi winner, index, valid;
} lane_winners;

INLINE lane_winners no_winners(int32_t first) {
  return (lane_winners){
      splat(-INFINITY), splat_int(-1), (vi){0, 1, 2, 3, 4, 5, 6, 7} + first, splat_int(-1)};
}

INLINE void consider(lane_winners *w, vf a) {
  vi better = a > w->top;
  w->top = choose(better, a, w->top);
  w->winner = choose_int(better, w->index, w->winner);
  w->valid &= a == a;
  w->index += 8;
}

/// logits + noise, n <= noise_tile, to `a` (padded with -inf) where it is not NULL.
INLINE void perturb(
    const float *logits, const float *noise, size_t n, float *a, bool padded, lane_winners *w) {
  for (size_t i = 0; i < n; i += 8) {
    vf v = load_up_to(logits + i, n - i, -INFINITY) + load_up_to(noise + i, n - i, 0);
    consider(w, v);
    if (!a) continue;
    if (padded) store(a + i, v);
    else store_up_to(a + i, v, n - i);
  }
}

INLINE gk_winner winner_of_lanes(const lane_winners *w) {
  gk_winner best = best_lane(w->top, w->winner);
  best.special = (lane_bits(w->valid) & 255) != 255 || best.value == INFINITY;
  return best;
}

/// From perturbed logits to the outputs of one row.
static void finish_row(
    const float *a, size_t k, float top, int32_t winner, float t, float *soft, float *log_soft) {
  float inverse_t = 1.0f / t;
  vf lanes = splat(0);
  vi index = (vi){0, 1, 2, 3, 4, 5, 6, 7};
  for (size_t i = 0; i < k; i += 8, index += 8) {
    vf z = (load_up_to(a + i, k - i, -INFINITY) - top) * inverse_t;
    vf e = exp_(z);
    e = choose(index == winner, e, smaller(e, splat(below_one)));
    lanes += e;
    if (log_soft) store_up_to(log_soft + i, z, k - i);
    if (soft) store_up_to(soft + i, e, k - i);
  }
  float sum = sum_lanes(lanes);
  if (soft) {
    float inverse = 1.0f / sum;
    for (size_t i = 0; i < k; i += 8) {
      store_up_to(soft + i, load_up_to(soft + i, k - i, 0) * inverse, k - i);
    }
  }
  if (log_soft) {
    vf logarithm = log_(splat(sum)), limit = below_negative(logarithm);
    index = (vi){0, 1, 2, 3, 4, 5, 6, 7};
    for (size_t i = 0; i < k; i += 8, index += 8) {
      vf v = load_up_to(log_soft + i, k - i, 0) - logarithm;
      store_up_to(log_soft + i, choose(index == winner, v, smaller(v, limit)), k - i);
    }
  }
}

static void gumbel_softmax_wide(
    const gk_gumbel_softmax_arguments *arguments, sample_outputs out, size_t begin, size_t end) {
  size_t k = arguments->k;
  float noise[noise_tile + 16], row_buffer[noise_tile + 16];
  size_t rows_in_tile = k < noise_tile ? noise_tile / k : 1;
  bool relaxed = out.soft || out.log_soft;
  for (size_t r = begin; r < end; r++) {
    const float *x = arguments->logits + r * arguments->logits_stride;
    uint64_t first = arguments->first + (uint64_t)r * k;
    float *soft = out.soft ? out.soft + r * k : NULL;
    float *log_soft = out.log_soft ? out.log_soft + r * k : NULL;
    lane_winners w = no_winners(0);
    float *a = !relaxed ? NULL : k <= noise_tile ? row_buffer : soft ? soft : log_soft;
    if (k <= noise_tile) {
      size_t place = (r - begin) % rows_in_tile;
      if (place == 0) {
        size_t count = end - r < rows_in_tile ? end - r : rows_in_tile;
        gumbel_tile(arguments->key, first, noise, count * k);
      }
      perturb(x, noise + place * k, k, a, true, &w);
    } else {
      for (size_t c = 0; c < k; c += noise_tile) {
        size_t n = k - c < noise_tile ? k - c : noise_tile;
        gumbel_tile(arguments->key, first + c, noise, n);
        perturb(x + c, noise, n, a ? a + c : NULL, false, &w);
      }
    }
    gk_winner best = winner_of_lanes(&w);
    float t = arguments->temperature[r * arguments->temperature_stride];
    if (!gk_is_settled(best) || !(t >= least_temperature && t <= greatest_temperature)) {
      special_row(arguments, r, out);
      continue;
    }
    if (out.index) out.index[r] = best.index;
    if (out.hard) {
      memset(out.hard + r * k, 0, k * sizeof(float));
      out.hard[r * k + (size_t)best.index] = 1;
    }
    if (relaxed) finish_row(a, k, best.value, best.index, t, soft, log_soft);
  }
}
