// Random words, and what is made of them. Element i of a draw is a function of (key, i) alone.

#define LOW_WORD ((vq)0xffffffffu)

/// Four blocks at once, one counter word in the low half of each 64-bit lane; the high halves hold
/// rubbish, which the multiplications pass over.
typedef struct {
  vq c0, c1, c2, c3;
} blocks;

/// The keys of the ten rounds, in the low halves of 64-bit lanes.
typedef struct {
  vq k0[philox_rounds], k1[philox_rounds];
} key_schedule;

INLINE key_schedule schedule_of(const uint32_t key[2]) {
  key_schedule s;
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < philox_rounds; round++) {
    s.k0[round] = (vq)(uint64_t)k0;
    s.k1[round] = (vq)(uint64_t)k1;
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
  return s;
}

INLINE void philox_round(blocks *b, const key_schedule *s, int round) {
  vq p0 = (b->c0 & LOW_WORD) * (vq)(uint64_t)PHILOX_M0;
  vq p1 = (b->c2 & LOW_WORD) * (vq)(uint64_t)PHILOX_M1;
  b->c0 = (p1 >> 32) ^ (b->c1 ^ s->k0[round]);
  b->c2 = (p0 >> 32) ^ (b->c3 ^ s->k1[round]);
  b->c1 = p1;
  b->c3 = p0;
}

/// The sixteen words of the blocks, in order.
INLINE void store_blocks(const blocks *b, uint32_t *out) {
  vq a = (b->c0 & LOW_WORD) | (b->c1 << 32);
  vq c = (b->c2 & LOW_WORD) | (b->c3 << 32);
  vq first = __builtin_shufflevector(a, c, 0, 4, 1, 5);
  vq second = __builtin_shufflevector(a, c, 2, 6, 3, 7);
  memcpy(out, &first, 32);
  memcpy(out + 8, &second, 32);
}

INLINE blocks blocks_at(vq number, uint32_t stream) {
  return (blocks){number, number >> 32, (vq)(uint64_t)stream, (vq)(uint64_t)0};
}

enum { words_at_once = 32 };

/// Words of the stream from block `block` on; `out` has room for n rounded up to words_at_once.
static void philox_words(
    const uint32_t key[2], uint64_t block, uint32_t stream, uint32_t *out, size_t n) {
  vq number = (vq)block + (vq){0, 1, 2, 3};
  key_schedule schedule = schedule_of(key);
  for (size_t i = 0; i < n; i += words_at_once) {
    blocks a = blocks_at(number, stream), b = blocks_at(number + 4, stream);
#pragma clang loop unroll(full)
    for (int round = 0; round < philox_rounds; round++) {
      philox_round(&a, &schedule, round);
      philox_round(&b, &schedule, round);
    }
    store_blocks(&a, out + i);
    store_blocks(&b, out + i + 16);
    number += 8;
  }
}

// MARK: - Exponential and Gumbel values

/// -log u where u is p, or 1 - p in the lanes of `upper`; p in (0, 1/2]. Full relative precision.
INLINE vf exponential_of(vf p, vi upper) {
  vi e;
  vf low = split_exponent(p, &e) - 1.0f;
  // 1 - p is not formed where it would lose digits: its logarithm takes -p, or, below
  // sqrt(1/2), 2 (1 - p) - 1, which is exact.
  vi near = p < 0.29289323f;
  vf high = choose(near, -p, fma_(p, splat(-2.0f), splat(1.0f)));
  vf f = choose(upper, high, low);
  vf exponent = __builtin_convertvector(choose_int(upper, ~near, e), vf);
  return signed_log_of_parts(f, exponent, -1);
}

/// The smaller of u and 1 - u for a word away from the ends, u = (x + 1/2) / 2^32.
INLINE vf middle_probability(vi x, vi upper) {
  vi nearer = x ^ upper;
  return (__builtin_convertvector(nearer, vf) + 0.5f) * 0x1p-32f;
}

/// The smaller of u and 1 - u at the ends, u = (x 2^32 + y + 1/2) / 2^64.
INLINE vf tail_probability(vi x, vi y, vi upper) {
  vi high = x ^ upper, low = y ^ upper;
  vf top = __builtin_convertvector((vi)((vu)low >> 16), vf) * 0x1p16f;
  vf bottom = __builtin_convertvector(low & 0xffff, vf) + 0.5f;
  return (__builtin_convertvector(high, vf) * 0x1p32f + (top + bottom)) * 0x1p-64f;
}

INLINE vi is_tail(vi x) { return (((vu)x + 0x1000000u) >> 25) == 0; }

INLINE vf noise_of(vf p, vi upper, const bool gumbel) {
  vf e = exponential_of(p, upper);
  return gumbel ? signed_log_of_normal(e, -1) : e;
}

INLINE float noise_from_bits(uint32_t word, uint32_t refinement, const bool gumbel) {
  vi x = splat_int((int32_t)word), upper = x >> 31;
  vf p = is_tail(x)[0] ? tail_probability(x, splat_int((int32_t)refinement), upper)
                       : middle_probability(x, upper);
  return noise_of(p, upper, gumbel)[0];
}

static float gumbel_from_bits(uint32_t word, uint32_t refinement) {
  return noise_from_bits(word, refinement, true);
}
static float exponential_from_bits(uint32_t word, uint32_t refinement) {
  return noise_from_bits(word, refinement, false);
}

enum { noise_tile = 512 };

/// Replaces the values at `count` places of a tile by those of the refined words. Place i of the
/// tile is element `first + i * step`.
static void refine_tails(
    const uint32_t key[2], uint64_t first, uint64_t step, const uint32_t *words,
    const uint16_t *places, size_t count, float *y, const bool gumbel) {
  for (size_t i = 0; i < count; i += 8) {
    size_t here = count - i < 8 ? count - i : 8;
    vi x = splat_int(0), refinement = x;
    // One word in 128: a block at a time costs less than gathering blocks into vectors.
    for (size_t l = 0; l < here; l++) {
      size_t place = places[i + l];
      uint64_t number = first + place * step;
      uint32_t block[4];
      philox_block(
          (uint32_t)(number >> 2), (uint32_t)(number >> 34), 1, 0, key[0], key[1], block);
      x[l] = (int32_t)words[place];
      refinement[l] = (int32_t)block[number & 3];
    }
    vi upper = x >> 31;
    vf v = noise_of(tail_probability(x, refinement, upper), upper, gumbel);
    for (size_t l = 0; l < here; l++) y[places[i + l]] = v[l];
  }
}

/// Noise of n <= noise_tile words; y has room for n rounded up to 8, and so have the words. Place i
/// is element `first + i * step`.
INLINE void noise_from_words(
    const uint32_t key[2], uint64_t first, uint64_t step, const uint32_t *words, float *y, size_t n,
    const bool gumbel) {
  uint16_t places[noise_tile + 8];
  size_t tails = 0;
  for (size_t i = 0; i < n; i += 8) {
    vi x = load_int(words + i);
    vi upper = x >> 31;
    store(y + i, noise_of(middle_probability(x, upper), upper, gumbel));
    uint32_t lanes = lane_bits(is_tail(x));
    while (lanes) {
      places[tails++] = (uint16_t)(i + (size_t)__builtin_ctz(lanes));
      lanes &= lanes - 1;
    }
  }
  while (tails && places[tails - 1] >= n) tails--;
  if (tails) refine_tails(key, first, step, words, places, tails, y, gumbel);
}

/// Gumbel noise of elements first ..< first + n, n <= noise_tile; y has room for n rounded up to 8.
static void gumbel_tile(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  uint32_t words[noise_tile + 2 * words_at_once];
  size_t skip = first & 3;
  philox_words(key, first >> 2, 0, words, skip + n);
  noise_from_words(key, first, 1, words + skip, y, n, true);
}

static void exponential_tile(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  uint32_t words[noise_tile + 2 * words_at_once];
  size_t skip = first & 3;
  philox_words(key, first >> 2, 0, words, skip + n);
  noise_from_words(key, first, 1, words + skip, y, n, false);
}

typedef void tile_filler(const uint32_t key[2], uint64_t first, float *y, size_t n);

INLINE void fill_by_tiles(
    const uint32_t key[2], uint64_t first, float *y, size_t n, tile_filler *fill) {
  while (n) {
    size_t length = n < noise_tile ? n : noise_tile;
    if (length % 8 == 0) {
      fill(key, first, y, length);
    } else {
      float tile[noise_tile + 8];
      fill(key, first, tile, length);
      for (size_t i = 0; i < length; i += 8) {
        store_up_to(y + i, load(tile + i), length - i);
      }
    }
    first += length;
    y += length;
    n -= length;
  }
}

static void gumbel_run(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  fill_by_tiles(key, first, y, n, gumbel_tile);
}
static void exponential_run(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  fill_by_tiles(key, first, y, n, exponential_tile);
}

// MARK: - Bits, uniform and normal

static void bits_tile(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  uint32_t words[noise_tile + 2 * words_at_once];
  size_t skip = first & 3;
  philox_words(key, first >> 2, 0, words, skip + n);
  for (size_t i = 0; i < n; i += 8) store_int(y + i, load_int(words + skip + i));
}

static void uniform_tile(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  uint32_t words[noise_tile + 2 * words_at_once];
  size_t skip = first & 3;
  philox_words(key, first >> 2, 0, words, skip + n);
  for (size_t i = 0; i < n; i += 8) {
    vi x = (vi)((vu)load_int(words + skip + i) >> 9);
    store(y + i, __builtin_convertvector(2 * x + 1, vf) * 0x1p-24f);
  }
}

/// Box-Muller: the even word of a pair gives the radius sqrt(2 E) by way of its exponential value
/// E, tails refined, and the odd word the angle.
static void normal_tile(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  uint32_t words[noise_tile + 2 * words_at_once];
  uint32_t radius_words[noise_tile / 2 + 16];
  float radii[noise_tile / 2 + 16], pairs[noise_tile + 32];
  size_t skip = first & 3;
  philox_words(key, first >> 2, 0, words, skip + n);
  size_t odd = first & 1;
  const uint32_t *start = words + skip - odd;
  size_t count = (n + odd + 1) / 2;
  for (size_t i = 0; i < count; i += 8) {
    vi a = load_int(start + 2 * i), b = load_int(start + 2 * i + 8);
    store_int(radius_words + i, __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14));
  }
  noise_from_words(key, first - odd, 2, radius_words, radii, count, false);
  for (size_t i = 0; i < count; i += 8) {
    vi a = load_int(start + 2 * i), b = load_int(start + 2 * i + 8);
    vi x = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
    // Quarter turns to the nearest, and what is left in [-1/2, 1/2) of one.
    vi quadrant = (vi)(((vu)x + 0x20000000u) >> 30);
    vi rest = (vi)((vu)x - ((vu)quadrant << 30));
    vf angle = (__builtin_convertvector(rest, vf) + 0.5f) * (0x1p-30f * 0x1.921fb6p+0f);
    vf radius = square_root(2.0f * load(radii + i));
    vf even = radius * sin_in_quadrant(angle, quadrant + 1);
    vf sine = radius * sin_in_quadrant(angle, quadrant);
    store(pairs + 2 * i, __builtin_shufflevector(even, sine, 0, 8, 1, 9, 2, 10, 3, 11));
    store(pairs + 2 * i + 8, __builtin_shufflevector(even, sine, 4, 12, 5, 13, 6, 14, 7, 15));
  }
  for (size_t i = 0; i < n; i += 8) store(y + i, load(pairs + odd + i));
}

static void random_bits_run(const uint32_t key[2], uint64_t first, uint32_t *y, size_t n) {
  fill_by_tiles(key, first, (float *)y, n, bits_tile);
}
static void uniform_run(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  fill_by_tiles(key, first, y, n, uniform_tile);
}
static void normal_run(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  fill_by_tiles(key, first, y, n, normal_tile);
}
