// Gumbel-max over long rows. Noise rises with its random word, so once the best sum so far is well
// above a tile's largest logit, words below a threshold cannot win and their noise is never made.
// The threshold errs to the safe side; what passes it is compared exactly.

/// Words below this cannot lift a logit of at most `top` above `best`.
static uint32_t losing_words(float best, float top) {
  // Rounding of the sum and of the noise, many times over.
  double slack = 1e-5 + 1e-6 * ((double)fabsf(best) + (double)fabsf(top));
  double gap = (double)best - (double)top - slack;
  if (gap < -2) return 0;
  double words = exp(-exp(-gap)) * 0x1p32 - 2;
  // Beyond, the word alone does not decide.
  if (words > 4278190080.0) return 0xff000000u;
  return words > 0 ? (uint32_t)words : 0;
}

/// Noise of the elements of these numbers, which have the words x.
static vf noise_of_elements(const uint32_t key[2], const uint64_t numbers[8], vi x) {
  vi refinement = splat_int(0), tail = is_tail(x), upper = x >> 31;
  vf p = middle_probability(x, upper);
  uint32_t lanes = lane_bits(tail);
  if (lanes) {
    for (; lanes; lanes &= lanes - 1) {
      int l = __builtin_ctz(lanes);
      uint32_t block[4];
      philox_block(
          (uint32_t)(numbers[l] >> 2), (uint32_t)(numbers[l] >> 34), 1, 0, key[0], key[1], block);
      refinement[l] = (int32_t)block[numbers[l] & 3];
    }
    p = choose(tail, tail_probability(x, refinement, upper), p);
  }
  return noise_of(p, upper, true);
}

/// Noise of at most 8 words at `places` of a tile that starts with element `first`.
static vf noise_at_places(
    const uint32_t key[2], uint64_t first, const uint32_t *words, const uint16_t *places,
    size_t count) {
  vi x = splat_int((int32_t)0x80000000);
  uint64_t numbers[8] = {0};
  for (size_t l = 0; l < count; l++) {
    x[l] = (int32_t)words[places[l]];
    numbers[l] = first + places[l];
  }
  return noise_of_elements(key, numbers, x);
}

/// The places of the words that are not below the threshold; their number.
static size_t places_of_words(
    const uint32_t *words, size_t n, uint32_t threshold, uint16_t *places) {
  size_t count = 0;
  for (size_t i = 0; i < n; i += 8) {
    vi passes = (vu)load_int(words + i) >= threshold;
    for (uint32_t lanes = lane_bits(passes); lanes; lanes &= lanes - 1) {
      places[count++] = (uint16_t)(i + (size_t)__builtin_ctz(lanes));
    }
  }
  while (count && places[count - 1] >= n) count--;
  return count;
}

static gk_winner gumbel_max_run(
    const float *logits, const uint32_t key[2], uint64_t first, size_t n, int32_t first_index) {
  gk_winner best = {-INFINITY, -1, false};
  float noise[noise_tile + 16];
  uint32_t words[noise_tile + 2 * words_at_once];
  uint16_t places[noise_tile + 8];
  for (size_t c = 0; c < n; c += noise_tile) {
    size_t length = n - c < noise_tile ? n - c : noise_tile;
    const float *x = logits + c;
    float top = max_run(x, length);
    if (!(top < INFINITY)) {
      best.special = true;
      return best;
    }
    if (top == -INFINITY) continue;
    uint32_t threshold = best.index < 0 ? 0 : losing_words(best.value, top);
    if (threshold < 0xd0000000u) {
      // Most would pass.
      lane_winners w = no_winners(first_index + (int32_t)c);
      gumbel_tile(key, first + c, noise, length);
      perturb(x, noise, length, NULL, false, &w);
      gk_winner here = winner_of_lanes(&w);
      if (here.index >= 0 && here.value > best.value) best = here;
      continue;
    }
    size_t skip = (first + c) & 3;
    philox_words(key, (first + c) >> 2, 0, words, skip + length);
    size_t count = places_of_words(words + skip, length, threshold, places);
    for (size_t i = 0; i < count; i += 8) {
      size_t here = count - i < 8 ? count - i : 8;
      vf v = noise_at_places(key, first + c, words + skip, places + i, here);
      for (size_t l = 0; l < here; l++) {
        float a = x[places[i + l]] + v[l];
        if (a > best.value) {
          best.value = a;
          best.index = first_index + (int32_t)(c + places[i + l]);
        }
      }
    }
  }
  return best;
}
