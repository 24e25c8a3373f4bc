// Random words, and what is made of them. Element i of a draw is a function of (key, i) alone.

#if GK_AVX512
typedef uint64_t vq __attribute__((ext_vector_type(8)));
#define BLOCK_ORDER {0, 1, 2, 3, 4, 5, 6, 7}
#define FIRST_BLOCKS 0, 8, 1, 9, 2, 10, 3, 11
#define LAST_BLOCKS 4, 12, 5, 13, 6, 14, 7, 15
#else
// An order that makes the words' way to memory short, where lanes do not cross halves of registers
// in one instruction.
typedef uint64_t vq __attribute__((ext_vector_type(4)));
#define BLOCK_ORDER {0, 2, 1, 3}
#define FIRST_BLOCKS 0, 4, 2, 6
#define LAST_BLOCKS 1, 5, 3, 7
#endif
enum { blocks_in_group = sizeof(vq) / 8, words_in_group = 4 * blocks_in_group };

#define LOW_WORD ((vq)0xffffffffu)

/// A group of blocks, one counter word in the low half of each 64-bit lane; the high halves hold
/// rubbish, which the multiplications pass over. The lanes hold the blocks of BLOCK_ORDER.
typedef struct {
  vq c0, c1, c2, c3;
} blocks;

INLINE vq low_words(uint32_t word) { return (vq)(uint64_t)word; }

INLINE void philox_round(blocks *b, vq k0, vq k1) {
  vq p0 = (b->c0 & LOW_WORD) * low_words(PHILOX_M0);
  vq p1 = (b->c2 & LOW_WORD) * low_words(PHILOX_M1);
  b->c0 = (p1 >> 32) ^ (b->c1 ^ k0);
  b->c2 = (p0 >> 32) ^ (b->c3 ^ k1);
  b->c1 = p1;
  b->c3 = p0;
}

/// The words of the blocks, in order.
INLINE void store_blocks(const blocks *b, uint32_t *out) {
  vq a = (b->c0 & LOW_WORD) | (b->c1 << 32);
  vq c = (b->c2 & LOW_WORD) | (b->c3 << 32);
  vq first = __builtin_shufflevector(a, c, FIRST_BLOCKS);
  vq second = __builtin_shufflevector(a, c, LAST_BLOCKS);
  memcpy(out, &first, sizeof first);
  memcpy(out + words_in_group / 2, &second, sizeof second);
}

enum { groups_at_once = 2, words_at_once = words_in_group * groups_at_once };

/// Words of the stream from block `block` on; `out` has room for n rounded up to words_at_once.
static void philox_words(
    const uint32_t key[2], uint64_t block, uint32_t stream, uint32_t *out, size_t n) {
  if ((uint64_t)(uint32_t)block + n / 4 + words_at_once > UINT32_MAX) {
    // The low word of the block's number is about to overflow.
    for (size_t i = 0; i < n; i += 4, block++) {
      philox_block(
          (uint32_t)block, (uint32_t)(block >> 32), stream, 0, key[0], key[1], out + i);
    }
    return;
  }
  // What the first two rounds do with the words that all blocks share.
  uint64_t shared1 = (uint64_t)PHILOX_M1 * stream;
  uint32_t shared0 = (uint32_t)(shared1 >> 32) ^ (uint32_t)(block >> 32) ^ key[0];
  uint64_t shared3 = (uint64_t)PHILOX_M0 * shared0;
  uint32_t k0 = key[0] + PHILOX_W0, k1 = key[1] + PHILOX_W1;
  vq round0 = low_words(key[1]), round1_c0 = low_words((uint32_t)shared1 ^ k0);
  vq round1_c2 = low_words((uint32_t)(shared3 >> 32) ^ k1);
  vq round1_c3 = low_words((uint32_t)shared3);
  vq number = (vq)(uint64_t)(uint32_t)block + (vq)BLOCK_ORDER;
  vq keys0[philox_rounds], keys1[philox_rounds];
  for (int round = 2; round < philox_rounds; round++) {
    keys0[round] = low_words(k0 += PHILOX_W0);
    keys1[round] = low_words(k1 += PHILOX_W1);
  }
  for (size_t i = 0; i < n; i += words_at_once) {
    blocks b[groups_at_once];
    for (int g = 0; g < groups_at_once; g++, number += blocks_in_group) {
      vq p0 = number * low_words(PHILOX_M0);
      vq p1 = (((p0 >> 32) ^ round0) & LOW_WORD) * low_words(PHILOX_M1);
      b[g] = (blocks){(p1 >> 32) ^ round1_c0, p1, p0 ^ round1_c2, round1_c3};
    }
#pragma clang loop unroll(full)
    for (int round = 2; round < philox_rounds; round++) {
      for (int g = 0; g < groups_at_once; g++) {
        philox_round(&b[g], keys0[round], keys1[round]);
      }
    }
    for (int g = 0; g < groups_at_once; g++) store_blocks(&b[g], out + i + words_in_group * (size_t)g);
  }
}

// MARK: - Exponential and Gumbel values

#define FOR_BOTH_WIDTHS "noise.inc.h"
#include "both_widths.inc.h"

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

enum { noise_tile = gk_noise_tile };

/// Replaces the values at `count` places of a tile by those of the refined words. Place i of the
/// tile is element `first + i * step`.
static void refine_tails(
    const uint32_t key[2], uint64_t first, uint64_t step, const uint32_t *words,
    const uint16_t *places, size_t count, float *y, const bool gumbel) {
  for (size_t i = 0; i < count; i += 8) {
    size_t here = count - i < 8 ? count - i : 8;
    int32_t word[8] = {0}, refinement[8] = {0};
    // One word in 128: a block at a time costs less than gathering blocks into vectors.
    for (size_t l = 0; l < here; l++) {
      size_t place = places[i + l];
      uint64_t number = first + place * step;
      uint32_t block[4];
      philox_block(
          (uint32_t)(number >> 2), (uint32_t)(number >> 34), 1, 0, key[0], key[1], block);
      word[l] = (int32_t)words[place];
      refinement[l] = (int32_t)block[number & 3];
    }
    vi x = load_int(word), upper = x >> 31;
    float refined[8];
    store(refined, noise_of(tail_probability(x, load_int(refinement), upper), upper, gumbel));
    for (size_t l = 0; l < here; l++) y[places[i + l]] = refined[l];
  }
}

/// Notes the places of a vector's tail words, which begins at place i; returns how many there are
/// now. Seldom more than one: the first is noted without a branch, which could not be predicted.
INLINE size_t note_tails(uint16_t *places, size_t count, size_t i, uint32_t lanes) {
  places[count] = (uint16_t)(i + (size_t)__builtin_ctz(lanes | 0x10000));
  count += lanes != 0;
  lanes &= lanes - 1;
  while (__builtin_expect(lanes != 0, 0)) {
    places[count++] = (uint16_t)(i + (size_t)__builtin_ctz(lanes));
    lanes &= lanes - 1;
  }
  return count;
}

/// Noise of n <= noise_tile words; y has room for n rounded up to 8, and so have the words. Place i
/// is element `first + i * step`.
INLINE void noise_from_words(
    const uint32_t key[2], uint64_t first, uint64_t step, const uint32_t *words, float *y, size_t n,
    const bool gumbel) {
  uint16_t places[noise_tile + 17];
  size_t tails = 0, i = 0;
  for (; i + 8 < n; i += 16) {
    wi x, upper;
    memcpy(&x, words + i, sizeof x);
    upper = x >> 31;
    wf v = noise_of(middle_probability(x, upper), upper, gumbel);
    memcpy(y + i, &v, sizeof v);
    wi tail = is_tail(x);
    tails = note_tails(places, tails, i, lane_bits(tail));
  }
  if (i < n) {
    vi x = load_int(words + i), upper = x >> 31;
    store(y + i, noise_of(middle_probability(x, upper), upper, gumbel));
    tails = note_tails(places, tails, i, lane_bits(is_tail(x)));
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
