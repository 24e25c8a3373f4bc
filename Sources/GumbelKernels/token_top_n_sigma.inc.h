// Top-n-sigma (Tang et al. 2024): what is within n standard deviations of the largest logit. A
// temperature scales both sides alike.

static token_cutoff keep_top_n_sigma(
    token_row *row, token_cutoff cut, const gk_token_sampling *s) {
  if (!(s->top_n_sigma > 0)) return cut;
  vd sum = (vd)0.0, squares = (vd)0.0;
  const double top = row->top;
  const float highest = row->top;
  const token_cutoff c = cut;
  float room[token_tile];
  size_t count = 0;
  for (size_t b = 0; b < row->blocks; b++) {
    if (!(row->block_tops[b] >= c.value)) continue;
    size_t begin = b * row->block, end = begin + block_length(row, b);
    for (size_t n; begin < end; begin += n) {
      n = tile_length(row, end - begin);
      const float *p = floats_of(row, begin, n, room);
      vi index = (vi){0, 1, 2, 3, 4, 5, 6, 7} + (int32_t)begin;
      for (size_t i = 0; i < n; i += 8, index += 8) {
        vf x = load_up_to(p + i, n - i, -INFINITY);
        vi kept = kept_lanes(highest, c, x, index);
        vd distance = __builtin_convertvector(choose(kept, x, splat(highest)), vd) - top;
        count += (size_t)__builtin_popcount(lane_bits(kept));
        sum += distance;
        squares += distance * distance;
      }
    }
  }
  double mean = sum_doubles(sum) / (double)count;
  double variance = sum_doubles(squares) / (double)count - mean * mean;
  double reach = s->top_n_sigma * sqrt(variance > 0 ? variance : 0) * (1 + 0x1p-22);
  double least = row->top - reach;
  if (!(least > -FLT_MAX)) return cut;
  float value = (float)least;
  return keep_from(row, cut, value < least ? nextafterf(value, INFINITY) : value);
}
