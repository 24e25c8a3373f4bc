// The largest perturbed logits of a row, in order (Gumbel-top-k). Candidates collect in a buffer;
// when it is full only the best are kept, and the least of these is the bar for what follows. Most
// words cannot lift their logit above the bar, so that their noise is never made.

/// Whether a comes before b. In double precision the sum keeps the noise beside logits of any
/// ordinary size; beside larger and infinite ones, which are then equal, the noise decides.
INLINE bool comes_before(const gk_perturbed *a, const gk_perturbed *b) {
  if (a->sum != b->sum) return a->sum > b->sum;
  return a->noise != b->noise ? a->noise > b->noise : a->index < b->index;
}

/// Puts the first m of n entries before the others, and in order where `sorted` is set.
static void put_first(gk_perturbed *e, size_t n, size_t m, bool sorted) {
  while (n > 16) {
    if (m == 0 || (!sorted && m >= n)) return;
    gk_perturbed pivot = e[n / 2];
    // Noise is in random order, so any pivot does.
    size_t i = 0, j = n - 1;
    for (;;) {
      while (comes_before(&e[i], &pivot)) i++;
      while (comes_before(&pivot, &e[j])) j--;
      if (i >= j) break;
      gk_perturbed other = e[i];
      e[i++] = e[j], e[j--] = other;
    }
    // No entry is another's equal, so the pivot itself stands at i = j or parts them.
    size_t left = j + 1;
    if (sorted) put_first(e, left, m < left ? m : left, true);
    else if (m <= left) {
      n = left;
      continue;
    }
    if (m <= left) return;
    e += left, n -= left, m -= left;
  }
  for (size_t i = 1; i < n; i++) {
    gk_perturbed x = e[i];
    size_t j = i;
    for (; j && comes_before(&x, &e[j - 1]); j--) e[j] = e[j - 1];
    e[j] = x;
  }
}

typedef struct {
  gk_perturbed *entries;
  size_t count, room, wanted;
  double bar;  // what a further entry has to exceed, once `wanted` are found
  bool has_bar;
} top_candidates;

INLINE void add_candidate(top_candidates *t, float x, float noise, int32_t index) {
  double sum = (double)x + (double)noise;
  if (x == -INFINITY || (t->has_bar && sum < t->bar)) return;
  t->entries[t->count++] = (gk_perturbed){sum, noise, index};
}

/// Makes room for a tile.
static void keep_best(top_candidates *t, size_t coming) {
  if (t->count + coming <= t->room) return;
  put_first(t->entries, t->count, t->wanted, false);
  t->count = t->wanted;
  t->bar = INFINITY;
  for (size_t i = 0; i < t->count; i++) {
    if (t->entries[i].sum < t->bar) t->bar = t->entries[i].sum;
  }
  t->has_bar = true;
}

static bool gumbel_top_k_row(
    const float *logits, const uint32_t key[2], uint64_t first, size_t k, size_t wanted,
    gk_perturbed *entries, size_t room) {
  top_candidates t = {entries, 0, room, wanted, 0, false};
  float noise[noise_tile + 16];
  uint32_t words[noise_tile + 2 * words_at_once];
  uint16_t places[noise_tile + 8];
  for (size_t c = 0; c < k; c += noise_tile) {
    size_t n = k - c < noise_tile ? k - c : noise_tile;
    const float *x = logits + c;
    float top = max_run(x, n);
    if (top != top) return false;
    if (top == -INFINITY) continue;
    keep_best(&t, n);
    uint32_t threshold = 0;
    if (t.has_bar && top < INFINITY) threshold = losing_words((float)t.bar, top);
    if (threshold < 0xd0000000u) {
      gumbel_tile(key, first + c, noise, n);
      for (size_t i = 0; i < n; i++) add_candidate(&t, x[i], noise[i], (int32_t)(c + i));
      continue;
    }
    size_t skip = (first + c) & 3;
    philox_words(key, (first + c) >> 2, 0, words, skip + n);
    size_t count = places_of_words(words + skip, n, threshold, places);
    for (size_t i = 0; i < count; i += 8) {
      size_t here = count - i < 8 ? count - i : 8;
      vf v = noise_at_places(key, first + c, words + skip, places + i, here);
      for (size_t l = 0; l < here; l++) {
        size_t place = places[i + l];
        add_candidate(&t, x[place], v[l], (int32_t)(c + place));
      }
    }
  }
  if (t.count < wanted) return false;
  put_first(entries, t.count, wanted, true);
  return true;
}
