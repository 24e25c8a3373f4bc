// Top-n-sigma (Tang et al. 2024): what is within n standard deviations of the largest logit. A
// temperature scales both sides alike.

static token_cutoff keep_top_n_sigma(
    token_row *row, token_cutoff cut, const gk_token_sampling *s) {
  if (!(s->top_n_sigma > 0)) return cut;
  vd count = (vd)0.0, sum = (vd)0.0, squares = (vd)0.0;
  vf x;
  vi kept;
  for (token_cursor at = {0, 0}; next_entries(row, &cut, &at, &x, &kept);) {
    vd distance = __builtin_convertvector(choose(kept, x, splat(row->top)), vd) - (double)row->top;
    count -= __builtin_convertvector(kept, vd);
    sum += distance;
    squares += distance * distance;
  }
  double n = sum_doubles(count), mean = sum_doubles(sum) / n;
  double variance = sum_doubles(squares) / n - mean * mean;
  double reach = s->top_n_sigma * sqrt(variance > 0 ? variance : 0) * (1 + 0x1p-22);
  double least = row->top - reach;
  if (!(least > -FLT_MAX)) return cut;
  float value = (float)least;
  return keep_from(row, cut, value < least ? nextafterf(value, INFINITY) : value);
}
