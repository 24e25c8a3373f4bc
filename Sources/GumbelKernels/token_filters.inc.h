// What is kept of a row: filters in an order that can be chosen. A filter is a function that cuts what
// earlier ones have kept, in a file of its own where it takes more than a few lines, and an entry of
// `token_filters`.
//
// Whatever a filter leaves listed has all that is kept.

typedef token_cutoff (*token_filter)(
    token_row *row, token_cutoff cut, const gk_token_sampling *s);

// Borders are as sharp as float32 logits are. A logit of magnitude 2 to 4 is rounded by 2⁻²³ at most,
// and with it the odds of what it counts among by a factor of up to e^(2⁻²²): so much is granted, or
// what reaches a border exactly would pass it or fall short as the rounding goes. The rest is for
// the rounding of sums in double precision.

/// The part of the whole weight that has to be reached for top-p and typical-p.
static double share_to_reach(double p) { return p * (1 - ((1 - p) * 0x1p-22 + 0x1p-51)); }

/// What (x - top) / temperature has to reach for min-p. All is meant by 1: only what equals the top.
static double limit_of_min_p(double min_p) { return min_p < 1 ? log(min_p) - 0x1p-22 : 0; }

static token_cutoff apply_temperature(
    token_row *row, token_cutoff cut, const gk_token_sampling *s) {
  set_temperature(row, s->temperature);
  return cut;
}

/// Lists about the k largest, if that is little work.
static void list_top(token_row *row, size_t k) {
  // Of so many blocks, each has an entry at least as large as the least of their largest.
  if (fits_list(row->n)) {
    try_list(row, -FLT_MAX, true);
  } else if (k <= row->blocks / 4) {
    try_list(row, reached_by(row->block_tops, row->blocks, k, row->top), true);
  } else if (k <= 4 * row->blocks) {
    try_list(row, reached_by(row->lane_tops, 8 * row->blocks, k, row->top), true);
  }
}

static token_cutoff keep_top_k(token_row *row, token_cutoff cut, const gk_token_sampling *s) {
  if (!s->top_k || s->top_k >= row->n) return cut;
  if (!row->listed) list_top(row, s->top_k);
  return cut_by_weight(row, cut, (double)s->top_k, true);
}

static token_cutoff keep_top_p(token_row *row, token_cutoff cut, const gk_token_sampling *s) {
  if (!(s->top_p < 1)) return cut;
  if (!row->listed && fits_list(row->n)) try_list(row, -FLT_MAX, true);
  return cut_by_weight(row, cut, share_to_reach(s->top_p), false);
}

/// What is kept and not below `least`, in a list if there is room.
static token_cutoff keep_from(token_row *row, token_cutoff cut, float least) {
  cut = cut_below(cut, least);
  if (!row->listed) try_list(row, cut.value, false);
  return cut;
}

static token_cutoff keep_min_p(token_row *row, token_cutoff cut, const gk_token_sampling *s) {
  if (!(s->min_p > 0)) return cut;
  return keep_from(row, cut, least_reaching(row, limit_of_min_p(s->min_p)));
}

#include "token_top_n_sigma.inc.h"
#include "token_typical_p.inc.h"
#include "token_surprise.inc.h"

static const token_filter token_filters[] = {
    [GK_FILTER_TEMPERATURE] = apply_temperature,
    [GK_FILTER_TOP_N_SIGMA] = keep_top_n_sigma,
    [GK_FILTER_TOP_K] = keep_top_k,
    [GK_FILTER_TYPICAL_P] = keep_typical_p,
    [GK_FILTER_TOP_P] = keep_top_p,
    [GK_FILTER_MIN_P] = keep_min_p,
    [GK_FILTER_SURPRISE] = keep_unsurprising,
};

static const uint8_t *order_of_filters(const gk_token_sampling *s) {
  static const uint8_t usual[] = {
      GK_FILTER_TEMPERATURE, GK_FILTER_TOP_N_SIGMA, GK_FILTER_TOP_K, GK_FILTER_TYPICAL_P,
      GK_FILTER_TOP_P, GK_FILTER_MIN_P, GK_FILTER_SURPRISE, GK_FILTER_END};
  return s->order[0] ? s->order : usual;
}

/// A row with +inf: only these entries count, and they are alike.
static token_cutoff cut_infinite_row(const token_row *row, const gk_token_sampling *s) {
  size_t count = 0;
  for (size_t i = 0; i < row->n; i += 8) {
    count += (size_t)__builtin_popcount(
        lane_bits(load_logits(row, i, row->n - i, -INFINITY) == INFINITY));
  }
  for (const uint8_t *f = order_of_filters(s); *f; f++) {
    if (*f == GK_FILTER_TOP_K && s->top_k && s->top_k < count) count = s->top_k;
    if (*f == GK_FILTER_TOP_P && s->top_p < 1) {
      count = clamped(ceil(share_to_reach(s->top_p) * (double)count), count);
    }
  }
  return cut_at_tie(row, INFINITY, count);
}

/// The cut of a row without NaN, and with more than -inf.
static token_cutoff cut_row(token_row *row, const gk_token_sampling *s) {
  if (s->greedy) return cut_at_tie(row, row->top, 1);
  if (row->top == INFINITY) return cut_infinite_row(row, s);
  token_cutoff cut = keep_all;
  for (const uint8_t *f = order_of_filters(s); *f; f++) cut = token_filters[*f](row, cut, s);
  return cut;
}
