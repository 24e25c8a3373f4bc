// What is drawn from a row that has been cut: the largest of (x - highest) / temperature + noise among
// what is kept, by the noise of the row's key and the token's index, whatever is cut away.

INLINE vf scaled_logits(const token_row *row, vf x) {
  // Halves, whose difference does not overflow. Where the largest is infinite, its distance from
  // itself is not a number.
  vf distance = (x * 0.5f - row->highest * 0.5f) / ((float)row->temperature * 0.5f);
  return choose(x == row->highest, splat(0), distance);
}

static void consider_token(gk_winner *best, float value, int32_t index) {
  if (value > best->value || (value == best->value && index < best->index)) {
    best->value = value;
    best->index = index;
  }
}

/// Up to 8 tokens whose words have still to be drawn, and their logits.
static void consider_tokens(
    const token_row *row, const uint32_t key[2], const int32_t *indices, const float *logits,
    size_t count, gk_winner *best) {
  vf x = splat(-INFINITY);
  vi words = splat_int((int32_t)0x80000000);
  uint64_t numbers[8] = {0};
  for (size_t l = 0; l < count; l++) {
    uint32_t i = (uint32_t)indices[l], block[4];
    philox_block(i >> 2, 0, 0, 0, key[0], key[1], block);
    x[l] = logits[l];
    words[l] = (int32_t)block[i & 3];
    numbers[l] = i;
  }
  vf value = scaled_logits(row, x) + noise_of_elements(key, numbers, words);
  for (size_t l = 0; l < count; l++) consider_token(best, value[l], indices[l]);
}

static int32_t draw_from_list(
    const token_row *row, const token_cutoff *cut, const uint32_t key[2]) {
  gk_winner best = {-INFINITY, -1, false};
  int32_t indices[8];
  float logits[8];
  size_t waiting = 0;
  for (size_t i = 0; i < row->count; i++) {
    int32_t index = (int32_t)entry_index(row->list[i]);
    float x = entry_value(row->list[i]);
    if (!is_kept(row, cut, x, index)) continue;
    indices[waiting] = index, logits[waiting++] = x;
    if (waiting < 8) continue;
    consider_tokens(row, key, indices, logits, 8, &best);
    waiting = 0;
  }
  consider_tokens(row, key, indices, logits, waiting, &best);
  return best.index;
}

/// Kept entries of a tile, a bit each; their number.
static size_t mark_kept(
    const token_row *row, const token_cutoff *cut, const float *logits, size_t first, size_t n,
    uint8_t *bits) {
  size_t count = 0;
  const float top = row->top;
  const token_cutoff c = *cut;
  // Where no entry equals the border that is kept, and none above it is cut away: a row as it is, or
  // most of it, in which this loop is a good part of the draw.
  if (top == row->highest && c.last < 0) {
    for (size_t i = 0; i < n; i += 8) {
      uint32_t lanes = lane_bits(load_up_to(logits + i, n - i, -INFINITY) > c.value);
      bits[i / 8] = (uint8_t)lanes;
      count += (size_t)__builtin_popcount(lanes);
    }
    return count;
  }
  vi index = (vi){0, 1, 2, 3, 4, 5, 6, 7} + (int32_t)first;
  for (size_t i = 0; i < n; i += 8, index += 8) {
    vi kept = kept_lanes(top, c, load_up_to(logits + i, n - i, -INFINITY), index);
    uint32_t lanes = lane_bits(kept) & (n - i < 8 ? (1u << (n - i)) - 1 : 255);
    bits[i / 8] = (uint8_t)lanes;
    count += (size_t)__builtin_popcount(lanes);
  }
  return count;
}

/// A tile of which so few entries are kept is not worth all its words.
enum { few_tokens = 12 };

/// A tile most of whose entries are kept: by whole vectors.
static void draw_from_dense_tile(
    const token_row *row, const uint32_t key[2], const float *logits, const uint8_t *bits,
    size_t first, size_t n, gk_winner *best) {
  float noise[noise_tile + 16];
  gumbel_tile(key, first, noise, n);
  vf most = splat(-INFINITY);
  vi index = (vi){0, 1, 2, 3, 4, 5, 6, 7} + (int32_t)first, winners = splat_int(-1);
  for (size_t i = 0; i < n; i += 8, index += 8) {
    vf x = load_up_to(logits + i, n - i, -INFINITY);
    vi kept = lanes_of_bits(bits[i / 8]);
    vf value = scaled_logits(row, x) + load(noise + i);
    vi better = kept & (value > most);
    most = choose(better, value, most);
    winners = choose_int(better, index, winners);
  }
  for (size_t l = 0; l < 8; l++) {
    if (winners[l] >= 0) consider_token(best, most[l], winners[l]);
  }
}

static void draw_from_tile(
    const token_row *row, const token_cutoff *cut, const uint32_t key[2], size_t first, size_t n,
    float top, gk_winner *best) {
  uint8_t bits[noise_tile / 8];
  float room[noise_tile];
  const float *logits = floats_of(row, first, n, room);
  size_t count = mark_kept(row, cut, logits, first, n, bits);
  if (!count) return;
  uint32_t words[noise_tile + 2 * words_at_once], threshold = 0;
  const bool few = count <= few_tokens;
  if (!few) {
    float scaled = scaled_logits(row, splat(top))[0];
    if (best->index >= 0) threshold = losing_words(best->value, scaled);
    if (threshold < 0xd0000000u && 2 * count >= n) {
      draw_from_dense_tile(row, key, logits, bits, first, n, best);
      return;
    }
    philox_words(key, first >> 2, 0, words, n);
  }
  uint16_t places[noise_tile + 8];
  count = 0;
  for (size_t i = 0; i < n; i += 8) {
    uint32_t lanes = bits[i / 8];
    if (!few) lanes &= lane_bits((vi)((vu)load_int(words + i) >= threshold));
    for (; lanes; lanes &= lanes - 1) {
      places[count++] = (uint16_t)(i + (size_t)__builtin_ctz(lanes));
    }
  }
  for (size_t i = 0; i < count; i += 8) {
    size_t here = count - i < 8 ? count - i : 8;
    int32_t indices[8];
    float x[8] = {0};
    for (size_t l = 0; l < here; l++) {
      indices[l] = (int32_t)(first + places[i + l]);
      x[l] = logits[places[i + l]];
    }
    if (few) {
      consider_tokens(row, key, indices, x, here, best);
      continue;
    }
    vf value = scaled_logits(row, load(x)) + noise_at_places(key, first, words, places + i, here);
    for (size_t l = 0; l < here; l++) consider_token(best, value[l], indices[l]);
  }
}

static int32_t draw_from_blocks(
    const token_row *row, const token_cutoff *cut, const uint32_t key[2]) {
  gk_winner best = {-INFINITY, -1, false};
  for (size_t b = 0; b < row->blocks; b++) {
    if (!(row->block_tops[b] >= cut->value)) continue;
    size_t begin = b * row->block, length = block_length(row, b);
    for (size_t c = 0; c < length; c += noise_tile) {
      size_t n = length - c < noise_tile ? length - c : noise_tile;
      draw_from_tile(row, cut, key, begin + c, n, row->block_tops[b], &best);
    }
  }
  return best.index;
}

static int32_t draw_from_row(
    const token_row *row, const token_cutoff *cut, const gk_token_sampling *s,
    const uint32_t key[2]) {
  return s->greedy      ? cut->last
         : row->listed ? draw_from_list(row, cut, key)
                       : draw_from_blocks(row, cut, key);
}

/// The logarithm of the weight of all that may be drawn; 0 for a greedy choice.
static double log_of_kept_weight(
    const token_row *row, const token_cutoff *cut, const gk_token_sampling *s) {
  return s->greedy ? 0 : log(kept_weight(row, cut));
}

static float log_probability(
    const token_row *row, const gk_token_sampling *s, double log_weight, float x) {
  double distance = x == row->top || s->greedy ? 0 : ((double)x - row->top) / row->temperature;
  return (float)(distance - log_weight);
}

static bool is_valid_row(const token_row *row) { return !row->has_nan && row->top > -INFINITY; }

static void sample_token_rows(
    const float *logits, size_t k, const gk_token_sampling *settings, size_t settings_stride,
    const uint32_t *keys, int32_t *tokens, float *log_probabilities, size_t begin, size_t end) {
  token_row row;
  for (size_t r = begin; r < end; r++) {
    const gk_token_sampling *s = settings + r * settings_stride;
    scan_row(&row, logits + r * k, GK_LOGIT_FLOAT32, k, NULL);
    if (!is_valid_row(&row)) {
      tokens[r] = -1;
      if (log_probabilities) log_probabilities[r] = NAN;
      continue;
    }
    token_cutoff cut = cut_row(&row, s);
    tokens[r] = draw_from_row(&row, &cut, s, keys + 2 * r);
    if (log_probabilities) {
      log_probabilities[r] = log_probability(
          &row, s, log_of_kept_weight(&row, &cut, s), logit_at(&row, (size_t)tokens[r]));
    }
  }
}

static void token_log_probability_rows(
    const float *logits, size_t k, const gk_token_sampling *settings, size_t settings_stride,
    float *out, size_t begin, size_t end) {
  token_row row;
  for (size_t r = begin; r < end; r++) {
    const gk_token_sampling *s = settings + r * settings_stride;
    const float *x = logits + r * k;
    float *y = out + r * k;
    scan_row(&row, x, GK_LOGIT_FLOAT32, k, NULL);
    bool valid = is_valid_row(&row);
    token_cutoff cut = valid ? cut_row(&row, s) : keep_all;
    double log_weight = valid ? log_of_kept_weight(&row, &cut, s) : 0;
    for (size_t c = 0; c < k; c++) {
      y[c] = !valid                                   ? NAN
             : is_kept(&row, &cut, x[c], (int32_t)c) ? log_probability(&row, s, log_weight, x[c])
                                                      : -INFINITY;
    }
  }
}
