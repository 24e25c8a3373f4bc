// Where a row is cut. All filters but one keep a beginning of the row's order (larger values first,
// equal ones by index), so that however many there are, they are one cut; typical-p also cuts away
// what is above a value, which is then the row's `top`.

/// Kept are the entries above `value`, and of those equal to it the first `ties`, the last of which
/// stands at index `last`.
typedef struct {
  float value;
  int32_t last;
  size_t ties;
} token_cutoff;

/// A partition of the values from `low` to `high` into bins, the largest values in bin 0: of equal
/// width, or of equal ranges of keys.
typedef struct {
  float low, high;
  bool by_key;
  float scale;
  uint32_t high_key;
  int shift;
} token_binning;

INLINE vi bin_of(const token_binning *bins, vf x) {
  if (bins->by_key) {
    return (vi)(((vu)splat_int((int32_t)bins->high_key) - (vu)key_of(x)) >> bins->shift);
  }
  vf place = (bins->high - x) * bins->scale;
  return __builtin_convertvector(smaller(place, splat(token_bins - 1)), vi);
}

static token_binning equal_widths(float low, float high, double width) {
  double scale = (token_bins - 1) / width;
  return (token_binning){
      low, high, false, scale < 1e30 ? (float)scale : 1e30f, 0, 0};
}

static token_binning equal_keys(float low, float high) {
  uint32_t high_key = scalar_key(high), range = high_key - scalar_key(low);
  int shift = 0;
  while (range >> shift >= token_bins) shift++;
  return (token_binning){low, high, true, 0, high_key, shift};
}

/// The weight of each bin, for entries above `floor`: their number where `unit` is set.
static void weigh_bins(token_row *row, const token_binning *bins, float floor, bool unit) {
  double *h = row->histogram;
  memset(h, 0, sizeof row->histogram);
  float least = bins->low, room[token_tile];
  for (size_t b = 0; b < row->blocks; b++) {
    if (!(row->block_tops[b] >= least) || !(row->block_tops[b] > floor)) continue;
    size_t begin = b * row->block, end = begin + block_length(row, b);
    for (size_t n; begin < end; begin += n) {
      n = tile_length(row, end - begin);
      const float *x = floats_of(row, begin, n, room);
      for (size_t i = 0; i < n; i += 8) {
        vf v = load_up_to(x + i, n - i, -INFINITY);
        vi inside = (v > floor) & (v >= least) & (v <= bins->high);
        vi bin = choose_int(inside, bin_of(bins, v), splat_int(token_bins - 1));
        vd weight = unit ? (vd)1.0 : weights_of(row, v);
        weight = choose_double(__builtin_convertvector(inside, vl), weight, (vd)0.0);
        // Neighbours often meet in a bin; in one histogram each addition would wait for the last.
        for (int l = 0; l < 8; l++) {
          h[(l % token_histograms) * histogram_stride + bin[l]] += weight[l];
        }
      }
    }
  }
  for (int b = 0; b < token_bins; b++) {
    const double *p = h + b;
    h[b] = (p[0] + p[histogram_stride]) + (p[2 * histogram_stride] + p[3 * histogram_stride]);
  }
}

/// Lists the entries of a bin above `floor` as far as there is room; their number and extremes.
static size_t list_bin(
    token_row *row, const token_binning *bins, int32_t wanted, float floor, float *low,
    float *high) {
  vf least = splat(INFINITY), greatest = splat(-INFINITY);
  float room[token_tile];
  size_t count = 0;
  for (size_t b = 0; b < row->blocks; b++) {
    if (!(row->block_tops[b] >= bins->low) || !(row->block_tops[b] > floor)) continue;
    size_t begin = b * row->block, end = begin + block_length(row, b);
    for (size_t n; begin < end; begin += n) {
      n = tile_length(row, end - begin);
      const float *x = floats_of(row, begin, n, room);
      for (size_t i = 0; i < n; i += 8) {
        vf v = load_up_to(x + i, n - i, -INFINITY);
        vi inside = (v > floor) & (v >= bins->low) & (v <= bins->high);
        inside &= bin_of(bins, v) == wanted;
        uint32_t lanes = lane_bits(inside);
        if (!lanes) continue;
        least = smaller(least, choose(inside, v, splat(INFINITY)));
        greatest = larger(greatest, choose(inside, v, splat(-INFINITY)));
        count = note_entries(row, count, begin + i, x + i, lanes);
      }
    }
  }
  row->count = count;
  row->listed = row->sorted = false;
  *low = -largest_lane_or_nan(-least);
  *high = largest_lane_or_nan(greatest);
  return count;
}

static size_t clamped(double number, size_t most) {
  return number >= (double)most ? most : number > 1 ? (size_t)number : 1;
}

/// The cut among the first n of the sorted list at which the weight, with what lies above the list,
/// reaches the target; at the last of them if it does not.
static token_cutoff cut_list(token_row *row, size_t n, double above, double target, bool unit) {
  size_t i = 0;
  if (unit) {
    i = clamped(target - above, n) - 1;
  } else {
    for (; i + 1 < n; i++) {
      above += row->weights[i];
      if (above >= target) break;
    }
  }
  float value = entry_value(row->list[i]);
  size_t ties = 1;
  while (ties <= i && entry_value(row->list[i - ties]) == value) ties++;
  return (token_cutoff){value, (int32_t)entry_index(row->list[i]), ties};
}

/// The weights of the first n of the list, and their sum.
static double weigh_list(token_row *row, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i += 8) {
    vf v = splat(row->top);
    for (size_t l = 0; l < 8 && i + l < n; l++) v[l] = entry_value(row->list[i + l]);
    vd weights = weights_of(row, v);
    memcpy(row->weights + i, &weights, sizeof weights);
  }
  for (size_t i = 0; i < n; i++) sum += row->weights[i];
  return sum;
}

static token_cutoff cut_at_tie(const token_row *row, float value, size_t number) {
  return (token_cutoff){value, index_of_tie(row, value, number), number};
}

static const token_cutoff keep_all = {-INFINITY, -1, 0};

static bool is_kept(const token_row *row, const token_cutoff *cut, float x, int32_t index) {
  return x <= row->top && (x > cut->value || (x == cut->value && index <= cut->last));
}

/// The same of lanes; by values, which loops that write to memory keep in registers.
INLINE vi kept_lanes(float top, token_cutoff cut, vf x, vi index) {
  return (x <= top) & ((x > cut.value) | ((x == cut.value) & (index <= cut.last)));
}

/// Where a walk over what is kept stands.
typedef struct {
  size_t block, i;
} token_cursor;

/// The next 8 entries, of which `kept` says which are kept; false at the end. From the list where there
/// is one, and otherwise by index.
INLINE bool next_entries(
    const token_row *row, const token_cutoff *cut, token_cursor *at, vf *x, vi *kept) {
  if (row->listed) {
    if (at->i >= row->count) return false;
    vf v = splat(-INFINITY);
    vi index = splat_int(INT32_MAX);
    for (size_t l = 0; l < 8 && at->i + l < row->count; l++) {
      v[l] = entry_value(row->list[at->i + l]);
      index[l] = (int32_t)entry_index(row->list[at->i + l]);
    }
    *x = v;
    *kept = kept_lanes(row->top, *cut, v, index);
    at->i += 8;
    return true;
  }
  for (; at->block < row->blocks; at->block++, at->i = 0) {
    size_t length = block_length(row, at->block), first = at->block * row->block + at->i;
    if (at->i >= length || !(row->block_tops[at->block] >= cut->value)) continue;
    *x = load_logits(row, first, length - at->i, -INFINITY);
    *kept = kept_lanes(row->top, *cut, *x, (vi){0, 1, 2, 3, 4, 5, 6, 7} + (int32_t)first);
    at->i += 8;
    return true;
  }
  return false;
}

INLINE double sum_doubles(vd v) {
  return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

/// Keeps the smallest beginning of what `outer` keeps whose weight reaches `amount`: a number of
/// entries where `unit` is set, otherwise a part of their whole weight.
///
/// Without a list of all that may be kept: bins of weights find the interval in which the cut lies,
/// until its entries fit the list or are all equal.
static token_cutoff cut_by_weight(
    token_row *row, token_cutoff outer, double amount, bool unit) {
  bool enough = (unit && (double)row->count >= amount) || row->list_floor <= outer.value;
  if (row->listed && (enough || row->list_floor == -FLT_MAX)) {
    sort_list(row);
    size_t n = row->count;
    if (outer.value > -INFINITY) {
      n = 0;
      while (n < row->count && is_kept(
          row, &outer, entry_value(row->list[n]), (int32_t)entry_index(row->list[n]))) n++;
    }
    return cut_list(row, n, 0, unit ? amount : amount * weigh_list(row, n), unit);
  }
  double range = (double)row->top - (double)row->bottom, nucleus = 32.0 * (float)row->temperature;
  token_binning bins =
      equal_widths(-INFINITY, row->top, unit || range < nucleus ? range : nucleus);
  double above = 0, target = amount;
  for (bool first = true;; first = false) {
    weigh_bins(row, &bins, outer.value, unit);
    const double *h = row->histogram;
    double tie = !outer.ties ? 0 : unit ? 1 : weight_of(row, outer.value);
    if (first && !unit) {
      double total = 0;
      for (int b = 0; b < token_bins; b++) total += h[b];
      target = amount * (total + (double)outer.ties * tie);
    }
    double sum = above;
    int32_t chosen = -1;
    for (int b = 0; b < token_bins && (chosen < 0 || sum < target); b++) {
      if (h[b] == 0) continue;
      chosen = b;
      above = sum;
      sum += h[b];
    }
    if (first && outer.ties && (sum < target || chosen < 0)) {
      return cut_at_tie(row, outer.value, clamped(ceil((target - sum) / tie), outer.ties));
    }
    float low, high;
    size_t count = list_bin(row, &bins, chosen, outer.value, &low, &high);
    if (low == high) {
      double weight = unit ? 1 : weight_of(row, low);
      return cut_at_tie(row, low, clamped(ceil((target - above) / weight), count));
    }
    if (fits_list(count)) {
      sort_list(row);
      if (!unit) weigh_list(row, count);
      return cut_list(row, count, above, target, unit);
    }
    bins = equal_keys(low, high);
  }
}

static bool reaches(float x, float top, double temperature, double limit) {
  return ((double)x - top) / temperature >= limit;
}

/// The least value with (x - top) / temperature of at least the limit, which is not above 0.
static float least_reaching(const token_row *row, double limit) {
  double temperature = row->temperature, least = row->top + limit * temperature;
  if (!(least > -FLT_MAX)) return -FLT_MAX;
  float top = row->top;
  uint32_t dropped = scalar_key(-INFINITY), kept = scalar_key(top);
  // The guess is off by a rounding or two. Halving ends whatever the values are, equal ones and
  // zeros of either sign too, which stepping from value to value would not.
  uint32_t guess = scalar_key((float)least);
  if (guess > dropped + 2 && !reaches(value_of_key(guess - 2), top, temperature, limit)) {
    dropped = guess - 2;
  }
  if (guess + 2 < kept && reaches(value_of_key(guess + 2), top, temperature, limit)) {
    kept = guess + 2;
  }
  while (kept - dropped > 1) {
    uint32_t middle = dropped + (kept - dropped) / 2;
    if (reaches(value_of_key(middle), top, temperature, limit)) kept = middle;
    else dropped = middle;
  }
  return value_of_key(kept);
}

/// Lists the entries from `low` up, if there is room.
static void try_list(token_row *row, float low, bool sorted) {
  if (!(low >= -FLT_MAX)) low = -FLT_MAX;
  row->listed = fits_list(list_entries(row, low, row->top));
  row->list_floor = low;
  if (row->listed && sorted) sort_list(row);
}

/// Cuts away what is below `least`.
static token_cutoff cut_below(token_cutoff cut, float least) {
  return least > cut.value ? (token_cutoff){nextafterf(least, -INFINITY), -1, 0} : cut;
}

/// The sum of the weights of what is kept, in the order of indices.
static double kept_weight(const token_row *row, const token_cutoff *cut) {
  if (row->top == INFINITY) return (double)cut->ties;
  float room[token_tile];
  vd sum = (vd)0.0;
  for (size_t b = 0; b < row->blocks; b++) {
    if (!(row->block_tops[b] >= cut->value)) continue;
    size_t begin = b * row->block, end = begin + block_length(row, b);
    for (size_t n; begin < end; begin += n) {
      n = tile_length(row, end - begin);
      const float *p = floats_of(row, begin, n, room);
      vi index = (vi){0, 1, 2, 3, 4, 5, 6, 7} + (int32_t)begin;
      for (size_t i = 0; i < n; i += 8, index += 8) {
        vf x = load_up_to(p + i, n - i, -INFINITY);
        vi kept = kept_lanes(row->top, *cut, x, index);
        if (!lane_bits(kept)) continue;
        sum += choose_double(__builtin_convertvector(kept, vl), weights_of(row, x), (vd)0.0);
      }
    }
  }
  return sum_doubles(sum);
}
