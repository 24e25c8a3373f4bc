// Locally typical sampling (Meister et al. 2022): the entries whose information -log p is nearest to its
// mean, the entropy, and that have a part p of the probability together. Entries that are equally near
// are kept or dropped together. Nearness falls away on either side of one logit, so what is kept is an
// interval of logits.

/// The logarithm to base 2 of weights.
INLINE vd log2_weights_of(const token_row *row, vf x) {
  vd y = (__builtin_convertvector(x, vd) - (double)row->top) * row->rate;
  return choose_double((vl)(y < -1000.0), (vd)-1000.0, y);
}

/// How far the information is from its mean, in bits.
INLINE vd deviations_of(const token_row *row, vf x, double mean) {
  vd d = log2_weights_of(row, x) - mean;
  return choose_double((vl)(d < 0.0), -d, d);
}

/// The least deviation within which the weight reaches the target, none being above `high`: by bins of
/// deviations, until one of them holds a single one.
static double typical_deviation(
    token_row *row, const token_cutoff *cut, double mean, double target, double high) {
  double low = 0, reached = 0;
  double *h = row->histogram, *lows = h + histogram_stride, *highs = h + 2 * histogram_stride;
  while (low < high) {
    for (int b = 0; b < token_bins; b++) h[b] = 0, lows[b] = INFINITY, highs[b] = -INFINITY;
    double scale = (token_bins - 1) / (high - low);
    if (scale > 1e300) scale = 1e300;
    vf x;
    vi kept;
    for (token_cursor at = {0, 0}; next_entries(row, cut, &at, &x, &kept);) {
      uint32_t lanes = lane_bits(kept);
      if (!lanes) continue;
      vd deviations = deviations_of(row, x, mean);
      vd weights = weights_of(row, choose(kept, x, splat(row->top)));
      for (; lanes; lanes &= lanes - 1) {
        int l = __builtin_ctz(lanes);
        double d = deviations[l];
        if (d < low || d > high) continue;
        double place = (d - low) * scale;
        int b = place < token_bins - 1 ? (int)place : token_bins - 1;
        h[b] += weights[l];
        if (d < lows[b]) lows[b] = d;
        if (d > highs[b]) highs[b] = d;
      }
    }
    int chosen = -1;
    double sum = reached;
    for (int b = 0; b < token_bins && (chosen < 0 || sum < target); b++) {
      if (highs[b] < lows[b]) continue;
      chosen = b;
      reached = sum;
      sum += h[b];
    }
    // Deviations that no bins tell apart are as good as one.
    if (lows[chosen] == low && highs[chosen] == high) break;
    low = lows[chosen], high = highs[chosen];
  }
  return high;
}

static token_cutoff keep_typical_p(
    token_row *row, token_cutoff cut, const gk_token_sampling *s) {
  if (!(s->typical_p < 1)) return cut;
  vd weight = (vd)0.0, moment = (vd)0.0, least = (vd)0.0;
  vf x;
  vi kept;
  for (token_cursor at = {0, 0}; next_entries(row, &cut, &at, &x, &kept);) {
    if (!lane_bits(kept)) continue;
    vf inside = choose(kept, x, splat(row->top));
    vd y = log2_weights_of(row, inside);
    vd w = choose_double(__builtin_convertvector(kept, vl), weights_of(row, inside), (vd)0.0);
    weight += w;
    moment += w * y;
    least = choose_double((vl)(y < least), y, least);
  }
  double total = sum_doubles(weight), mean = sum_doubles(moment) / total, lowest = 0;
  for (int l = 0; l < 8; l++) lowest = least[l] < lowest ? least[l] : lowest;
  double high = mean - lowest > -mean ? mean - lowest : -mean;
  double most = typical_deviation(row, &cut, mean, share_to_reach(s->typical_p) * total, high);
  vf smallest = splat(INFINITY), largest = splat(-INFINITY);
  for (token_cursor at = {0, 0}; next_entries(row, &cut, &at, &x, &kept);) {
    if (!lane_bits(kept)) continue;
    vi near = kept & __builtin_convertvector((vl)(deviations_of(row, x, mean) <= most), vi);
    smallest = smaller(smallest, choose(near, x, splat(INFINITY)));
    largest = larger(largest, choose(near, x, splat(-INFINITY)));
  }
  float top = largest_lane_or_nan(largest);
  if (top < row->top) {
    row->top = top;
    row->listed = false;
  }
  return keep_from(row, cut, -largest_lane_or_nan(-smallest));
}
