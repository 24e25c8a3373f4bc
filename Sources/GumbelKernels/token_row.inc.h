// A row of logits as a language model gives them, ready to be cut: its extremes, the largest of
// each block, and the entries of an interval in a list. Blocks whose largest lies below what is
// looked for are skipped, so that all but the first pass touch a small part of an ordinary row.
//
// Weights are e^((x - top) / temperature), in double precision, so that the sums by which a nucleus
// is cut are exact as far as anybody can see.

enum { token_blocks = 512, token_list = 4096, token_bins = 512, token_histograms = 4 };
// Not a multiple of 4 KB, or a processor takes a store for one to the address of the next load.
enum { histogram_stride = token_bins + 24 };

/// Probabilities in bits, as they were when the surprise of tokens was limited.
typedef struct {
  double top, rate, log2_weight;
} token_surprise;

typedef struct {
  const void *x;
  gk_logit_type type;
  const uint64_t *mask;  // NULL: all
  size_t n, block, blocks;
  float highest;      // the largest of all
  float top, bottom;  // entries above `top` have been cut away
  bool has_nan;
  double temperature;
  double rate;   // weight = 2^((x - top) rate)
  size_t count;  // in `list`
  bool listed;   // `list` has every entry from `list_floor` to `top`
  bool sorted;
  float list_floor;
  token_surprise surprise;
  // In the high half what orders entries from the largest down, in the low half the index.
  uint64_t list[token_list + 8];
  union {
    uint64_t spare[token_list + 8];
    double weights[token_list + 8];
  };
  float block_tops[token_blocks + 8];
  float lane_tops[8 * token_blocks];
  double histogram[token_histograms * histogram_stride];
} token_row;

/// The logits from i, a multiple of 8, on: 8, or the n that are left. What is masked is -inf.
INLINE vf load_logits(const token_row *row, size_t i, size_t n, float fill) {
  vf v = load_typed(row->x, row->type, i, n, fill);
  return row->mask ? choose(mask_lanes(row->mask, i), v, splat(-INFINITY)) : v;
}

INLINE float logit_at(const token_row *row, size_t i) { return typed_logit(row->x, row->type, i); }

enum { token_tile = 512 };

/// As many of the logits up to the end of a block as `floats_of` gives at a time.
INLINE size_t tile_length(const token_row *row, size_t left) {
  bool is_plain = row->type == GK_LOGIT_FLOAT32 && !row->mask;
  return is_plain || left < token_tile ? left : token_tile;
}

static __attribute__((noinline)) void widen_logits(
    const token_row *row, size_t i, size_t n, float *room) {
  for (size_t l = 0; l < n; l += 8) {
    store_up_to(room + l, load_logits(row, i + l, n - l, 0), n - l);
  }
}

/// n logits from i, a multiple of 8, on, for loops over many: where they are if nothing has to be done
/// to them, and otherwise in `room`.
INLINE const float *floats_of(const token_row *row, size_t i, size_t n, float *room) {
  if (row->type == GK_LOGIT_FLOAT32 && !row->mask) return (const float *)row->x + i;
  widen_logits(row, i, n, room);
  return room;
}

/// Rises with x; zeros of either sign are one.
INLINE vi key_of(vf x) {
  vi bits = (vi)(x + 0.0f);
  return bits ^ (vi)((vu)(bits >> 31) | 0x80000000u);
}
static uint32_t scalar_key(float x) { return (uint32_t)key_of(splat(x))[0]; }
static float value_of_key(uint32_t key) {
  uint32_t bits = key >> 31 ? key ^ 0x80000000u : ~key;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
INLINE uint64_t token_entry(float x, size_t index) {
  return (uint64_t)~scalar_key(x) << 32 | (uint32_t)index;
}
INLINE uint32_t entry_index(uint64_t entry) { return (uint32_t)entry; }
INLINE float entry_value(uint64_t entry) { return value_of_key(~(uint32_t)(entry >> 32)); }

/// 2^y for y at most 0, to about 1e-15; not below 2^-1000.
INLINE vd exp2_of_negative(vd y) {
  y = choose_double((vl)(y < -1000.0), (vd)-1000.0, y);
  const double magic = 0x1.8p52;
  vd shifted = y + magic;
  vd r = (y - (shifted - magic)) * 0x1.62e42fefa39efp-1;
  vd r2 = r * r, r4 = r2 * r2;
  // The series of e^r, |r| at most log 2 / 2, by Estrin's scheme.
  vd p0 = fma_double(r, (vd)1.0, (vd)1.0);
  vd p1 = fma_double(r, (vd)(1.0 / 6), (vd)0.5);
  vd p2 = fma_double(r, (vd)(1.0 / 120), (vd)(1.0 / 24));
  vd p3 = fma_double(r, (vd)(1.0 / 5040), (vd)(1.0 / 720));
  vd p4 = fma_double(r, (vd)(1.0 / 362880), (vd)(1.0 / 40320));
  vd p5 = fma_double(r, (vd)(1.0 / 39916800), (vd)(1.0 / 3628800));
  vd low = fma_double(p1, r2, p0), middle = fma_double(p3, r2, p2), high = fma_double(p5, r2, p4);
  vd p = fma_double(fma_double(high, r4, middle), r4, low);
  vd scale = (vd)(((vl)shifted - (vl)(vd)magic + 1023) << 52);
  return p * scale;
}

INLINE vd weights_of(const token_row *row, vf x) {
  vd distance = __builtin_convertvector(x, vd) - (double)row->top;
  return exp2_of_negative(distance * row->rate);
}
static double weight_of(const token_row *row, float x) { return weights_of(row, splat(x))[0]; }

INLINE size_t block_length(const token_row *row, size_t b) {
  size_t left = row->n - b * row->block;
  return left < row->block ? left : row->block;
}

static void set_temperature(token_row *row, double temperature) {
  row->temperature = temperature;
  // A distance of 0 stays 0 at the least temperature.
  double rate = 0x1.71547652b82fep+0 / temperature;
  row->rate = rate < 1e300 ? rate : 1e300;
}

INLINE void scan_blocks(token_row *row, const gk_logit_type type, const bool masked) {
  const size_t width = type == GK_LOGIT_FLOAT32 ? 4 : 2;
  vf bottom = splat(INFINITY);
  vi nan = splat_int(0);
  for (size_t b = 0; b < row->blocks; b++) {
    size_t begin = b * row->block, length = block_length(row, b), i = 0;
    const void *x = (const char *)row->x + begin * width;
    vf m0 = splat(-INFINITY), m1 = m0, low0 = splat(INFINITY), low1 = low0;
    while (i < length) {
      // A mask is looked at by its words, most of which are all or nothing.
      size_t end = length;
      uint64_t word = UINT64_MAX;
      if (masked) {
        word = row->mask[(begin + i) / 64];
        end = length - i < 64 ? length : i + 64;
        if (!word) {
          i = end;
          continue;
        }
      }
      for (; word == UINT64_MAX && i + 16 <= end; i += 16) {
        vf v0 = load_typed(x, type, i, 8, 0), v1 = load_typed(x, type, i + 8, 8, 0);
        m0 = larger(v0, m0), m1 = larger(v1, m1);
        low0 = smaller(v0, low0), low1 = smaller(v1, low1);
        nan |= (v0 != v0) | (v1 != v1);
      }
      for (; i < end; i += 8) {
        size_t left = end - i;
        vf v = load_typed(x, type, i, left, 0);
        vi lanes = left < 8 ? first_lanes(left) : splat_int(-1);
        if (masked) lanes &= mask_lanes(row->mask, begin + i);
        nan |= (v != v) & lanes;
        m0 = larger(choose(lanes, v, splat(-INFINITY)), m0);
        low0 = smaller(choose(lanes, v, splat(INFINITY)), low0);
      }
    }
    store(row->lane_tops + 8 * b, larger(m0, m1));
    bottom = smaller(bottom, smaller(low0, low1));
  }
  row->has_nan = lane_bits(nan) != 0;
  row->bottom = -largest_lane_or_nan(-bottom);
}

/// The first pass: extremes, and the largest of each block. What a mask leaves out has no part in it.
static void scan_row(
    token_row *row, const void *x, gk_logit_type type, size_t n, const uint64_t *mask) {
  row->x = x, row->type = type, row->n = n, row->mask = mask;
  size_t block = (n + token_blocks - 1) / token_blocks;
  row->block = block < 256 ? 256 : (block + 63) / 64 * 64;
  row->blocks = (n + row->block - 1) / row->block;
  row->listed = row->sorted = false;
  row->surprise = (token_surprise){0};
  set_temperature(row, 1);
  switch (type) {
    case GK_LOGIT_FLOAT32:
      if (mask) scan_blocks(row, GK_LOGIT_FLOAT32, true);
      else scan_blocks(row, GK_LOGIT_FLOAT32, false);
      break;
    case GK_LOGIT_FLOAT16:
      if (mask) scan_blocks(row, GK_LOGIT_FLOAT16, true);
      else scan_blocks(row, GK_LOGIT_FLOAT16, false);
      break;
    case GK_LOGIT_BFLOAT16:
      if (mask) scan_blocks(row, GK_LOGIT_BFLOAT16, true);
      else scan_blocks(row, GK_LOGIT_BFLOAT16, false);
      break;
  }
  for (size_t b = 0; b < row->blocks; b += 8) {
    vf r[8];
    for (size_t j = 0; j < 8; j++) {
      r[j] = b + j < row->blocks ? load(row->lane_tops + 8 * (b + j)) : splat(-INFINITY);
    }
    transpose8(r);
    for (size_t j = 1; j < 8; j++) r[0] = larger(r[j], r[0]);
    store(row->block_tops + b, r[0]);
  }
  row->highest = row->top = max_run(row->block_tops, row->blocks);
}

/// Notes the entries from index `index` on, whose logits are x, that have a bit, as far as the list has
/// room; returns the new count.
INLINE size_t note_entries(
    token_row *row, size_t count, size_t index, const float *x, uint32_t lanes) {
  if (__builtin_expect(count > token_list - 8, 0)) {
    return count + (size_t)__builtin_popcount(lanes);
  }
  for (; lanes; lanes &= lanes - 1) {
    size_t l = (size_t)__builtin_ctz(lanes);
    row->list[count++] = token_entry(x[l], index + l);
  }
  return count;
}

/// The entries from `low` to `high`, in the order of their indices, as far as the list has room.
/// Returns how many there are.
static size_t list_entries(token_row *row, float low, float high) {
  float room[token_tile];
  size_t count = 0;
  for (size_t b = 0; b < row->blocks; b++) {
    if (!(row->block_tops[b] >= low)) continue;
    size_t begin = b * row->block, end = begin + block_length(row, b);
    for (size_t n; begin < end; begin += n) {
      n = tile_length(row, end - begin);
      const float *x = floats_of(row, begin, n, room);
      for (size_t i = 0; i < n; i += 8) {
        vf v = load_up_to(x + i, n - i, NAN);
        uint32_t lanes = lane_bits((v >= low) & (v <= high));
        if (lanes) count = note_entries(row, count, begin + i, x + i, lanes);
      }
    }
  }
  row->count = count;
  row->sorted = false;
  return count;
}

/// Whether the list has room for so many, as `list_entries` fills it.
static bool fits_list(size_t count) { return count <= token_list - 8; }

/// Orders the list from the largest value down, equal ones by index.
static void sort_list(token_row *row) {
  if (row->sorted) return;
  row->sorted = true;
  size_t n = row->count;
  uint64_t *a = row->list, *b = row->spare;
  if (n <= 24) {
    for (size_t i = 1; i < n; i++) {
      uint64_t e = a[i];
      size_t j = i;
      for (; j && a[j - 1] > e; j--) a[j] = a[j - 1];
      a[j] = e;
    }
    return;
  }
  // By the digits of the value, each pass stable; the list is in the order of indices.
  for (int shift = 32; shift < 64; shift += 8) {
    uint32_t starts[257] = {0};
    for (size_t i = 0; i < n; i++) starts[(a[i] >> shift & 255) + 1]++;
    if (starts[(a[0] >> shift & 255) + 1] == n) continue;
    for (int d = 0; d < 256; d++) starts[d + 1] += starts[d];
    for (size_t i = 0; i < n; i++) b[starts[a[i] >> shift & 255]++] = a[i];
    uint64_t *other = a;
    a = b, b = other;
  }
  if (a != row->list) memcpy(row->list, a, n * sizeof *a);
}

/// A value that at least `wanted` of the `count` values reach, and mostly few more. The values are
/// at least as many; a multiple of 8 is read, what lies beyond is -inf.
static float reached_by(const float *values, size_t count, size_t wanted, float top) {
  uint32_t low = scalar_key(-INFINITY), high = scalar_key(top) + 1;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    float limit = value_of_key(middle);
    vi sum = splat_int(0);
    for (size_t i = 0; i < count; i += 8) sum -= load(values + i) >= limit;
    size_t reached = (size_t)__builtin_reduce_add(sum);
    if (reached >= wanted) {
      low = middle;
      if (reached <= wanted + wanted / 16) break;
    } else {
      high = middle;
    }
  }
  return value_of_key(low);
}

/// The index of entry number `number` (from 1) of those equal to `value`.
static int32_t index_of_tie(const token_row *row, float value, size_t number) {
  for (size_t b = 0; b < row->blocks; b++) {
    if (!(row->block_tops[b] >= value)) continue;
    size_t begin = b * row->block, length = block_length(row, b);
    for (size_t i = 0; i < length; i += 8) {
      uint32_t lanes = lane_bits(load_logits(row, begin + i, length - i, NAN) == value);
      size_t here = (size_t)__builtin_popcount(lanes);
      if (here < number) {
        number -= here;
        continue;
      }
      while (--number) lanes &= lanes - 1;
      return (int32_t)(begin + i + (size_t)__builtin_ctz(lanes));
    }
  }
  return -1;
}
