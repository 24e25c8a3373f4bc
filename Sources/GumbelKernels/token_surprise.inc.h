// The filter of mirostat 2 (Basu et al. 2021): what is no more surprising than a limit, in bits.

static token_cutoff keep_unsurprising(
    token_row *row, token_cutoff cut, const gk_token_sampling *s) {
  if (!(s->most_surprise < INFINITY)) return cut;
  double limit = log(kept_weight(row, &cut)) - s->most_surprise * 0x1.62e42fefa39efp-1;
  // The likeliest entry is kept, however surprising it is.
  cut = keep_from(row, cut, least_reaching(row, limit < 0 ? limit - 0x1p-22 : 0));
  row->surprise = (token_surprise){row->top, row->rate, log2(kept_weight(row, &cut))};
  return cut;
}

/// The surprise of an entry among what the filter kept.
static double surprise_of(const token_row *row, float x) {
  const token_surprise *s = &row->surprise;
  return s->log2_weight - (x == s->top ? 0 : ((double)x - s->top) * s->rate);
}
