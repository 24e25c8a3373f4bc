// Exact draws from one distribution by tables, divided among the threads.
#include <math.h>
#include <string.h>

#include "forms.h"

// The compiler may not fuse products and sums here any more than in the other kernels.
#pragma STDC FP_CONTRACT OFF

// MARK: - Weights

static inline double weight(const gk_weights *w, gk_weight_kind kind, size_t i) {
  if (kind == GK_WEIGHTS) return ((const double *)w->values)[i] / w->top;
  double logit = kind == GK_LOGITS ? ((const double *)w->values)[i]
                                   : (double)((const float *)w->values)[i];
  return w->top == INFINITY ? logit == INFINITY : exp(logit - w->top);
}

size_t gk_check_weights(gk_weights *w) {
  double top = w->kind == GK_WEIGHTS ? 0 : -INFINITY;
  for (size_t i = 0; i < w->k; i++) {
    double x = w->kind == GK_LOGITS_F32 ? (double)((const float *)w->values)[i]
                                        : ((const double *)w->values)[i];
    if (w->kind == GK_WEIGHTS ? !(x >= 0 && x < INFINITY) : x != x) return i;
    if (x > top) top = x;
  }
  w->top = top;
  return w->k;
}

/// A sum that carries along what its additions lose (Neumaier 1974).
typedef struct {
  double sum, lost;
} careful_sum;

static inline void add(careful_sum *s, double x) {
  double sum = s->sum + x;
  s->lost += fabs(s->sum) >= fabs(x) ? (s->sum - sum) + x : (x - sum) + s->sum;
  s->sum = sum;
}

// MARK: - Inversion

typedef struct {
  const gk_weights *weights;
  size_t block;
  double *sums;
} sum_job;

static inline void sum_blocks_of(const sum_job *job, gk_weight_kind kind, size_t begin, size_t end) {
  const gk_weights *w = job->weights;
  for (size_t j = begin; j < end; j++) {
    size_t from = j * job->block, to = w->k - from < job->block ? w->k : from + job->block;
    double sum = 0;
    for (size_t i = from; i < to; i++) sum += weight(w, kind, i);
    job->sums[j] = sum;
  }
}

static void sum_blocks(void *context, size_t begin, size_t end) {
  const sum_job *job = context;
  switch (job->weights->kind) {
    case GK_WEIGHTS: sum_blocks_of(job, GK_WEIGHTS, begin, end); break;
    case GK_LOGITS: sum_blocks_of(job, GK_LOGITS, begin, end); break;
    case GK_LOGITS_F32: sum_blocks_of(job, GK_LOGITS_F32, begin, end); break;
  }
}

size_t gk_cumulate(const gk_weights *weights, size_t block, double *ends) {
  size_t blocks = (weights->k + block - 1) / block, last = 0;
  sum_job job = {weights, block, ends};
  gk_split(blocks, 1, 8192 / block + 1, sum_blocks, &job);
  careful_sum total = {0, 0};
  double end = 0;
  for (size_t j = 0; j < blocks; j++) {
    add(&total, ends[j]);
    double here = total.sum + total.lost;
    if (here > end) {
      end = here;
      last = j;
    }
    ends[j] = end;
  }
  return last + 1;
}

enum { draws_at_once = 256, searches_at_once = 8 };

typedef struct {
  const gk_weights *weights;
  size_t block;
  const double *ends;
  size_t blocks;
  const gk_alias_cell *cells;
  size_t k;
  uint32_t key[2];
  uint64_t first;
  int32_t *index;
} draw_job;

static inline uint64_t word64(const uint32_t *words, size_t i) {
  return (uint64_t)words[2 * i + 1] << 32 | words[2 * i];
}

/// All ones if x is negative.
static inline uint64_t sign_mask(int64_t x) {
  uint64_t mask = (uint64_t)(x >> 63);
  // Hides from the compiler that a branch would do: one that nobody could predict.
  __asm__("" : "+r"(mask));
  return mask;
}

/// Integers in the order of numbers that are not negative.
static inline int64_t ordered_bits(double x) {
  int64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/// For each target, of ordered bits, the first of `blocks` ends above it, or the last. Several at a
/// time, since each step of one search waits for memory.
static inline void search(
    const double *ends, size_t blocks, const int64_t *targets, size_t *found) {
  size_t base[searches_at_once] = {0};
  for (size_t n = blocks; n > 1;) {
    size_t half = n / 2;
    for (int l = 0; l < searches_at_once; l++) {
      int64_t end = ordered_bits(ends[base[l] + half - 1]);
      base[l] += half & sign_mask(end - targets[l] - 1);
    }
    n -= half;
  }
  for (int l = 0; l < searches_at_once; l++) found[l] = base[l];
}

/// The class inside a block. Rounding may carry the target past the block's last weight: then it
/// is that of its last class of any weight, which a block that was found has.
static int32_t walk(const gk_weights *w, size_t from, size_t to, double target) {
  double sum = 0;
  size_t last = from;
  for (size_t i = from; i < to; i++) {
    double x = weight(w, w->kind, i);
    if (!(x > 0)) continue;
    last = i;
    sum += x;
    if (sum > target) break;
  }
  return (int32_t)last;
}

static void draw_by_inversion(void *context, size_t begin, size_t end) {
  const draw_job *job = context;
  const double total = job->ends[job->blocks - 1];
  uint32_t words[2 * draws_at_once];
  for (size_t c = begin; c < end; c += draws_at_once) {
    size_t count = end - c < draws_at_once ? end - c : draws_at_once;
    gk_current_forms()->random_bits(job->key, 2 * (job->first + c), words, 2 * count);
    for (size_t i = 0; i < count; i += searches_at_once) {
      size_t here = count - i < searches_at_once ? count - i : searches_at_once;
      double targets[searches_at_once] = {0};
      int64_t ordered[searches_at_once] = {0};
      size_t found[searches_at_once];
      for (size_t l = 0; l < here; l++) {
        targets[l] = ((double)word64(words, i + l) + 0.5) * 0x1p-64 * total;
        ordered[l] = ordered_bits(targets[l]);
      }
      search(job->ends, job->blocks, ordered, found);
      for (size_t l = 0; l < here; l++) {
        size_t from = found[l] * job->block, left = job->weights->k - from;
        job->index[c + i + l] =
            job->block == 1
                ? (int32_t)from
                : walk(
                    job->weights, from, from + (left < job->block ? left : job->block),
                    targets[l] - (found[l] ? job->ends[found[l] - 1] : 0));
      }
    }
  }
}

void gk_inverse_draws(
    const gk_weights *weights, size_t block, const double *ends, size_t blocks,
    const uint32_t key[2], uint64_t first, int32_t *index, size_t n) {
  draw_job job = {
      .weights = weights, .block = block, .ends = ends, .blocks = blocks,
      .key = {key[0], key[1]}, .first = first, .index = index};
  gk_split(n, draws_at_once, block == 1 ? 8192 : 256, draw_by_inversion, &job);
}

// MARK: - Alias tables

typedef unsigned __int128 wide;

static const uint64_t whole = (uint64_t)1 << 63;
static const int32_t unsettled = -1;

static double total_weight(const gk_weights *w) {
  careful_sum total = {0, 0};
  for (size_t i = 0; i < w->k; i++) add(&total, weight(w, w->kind, i));
  return total.sum + total.lost;
}

/// Leaves in every threshold the class's probability as an integer; they add up to 2^63.
static void share_out(const gk_weights *w, gk_alias_cell *cells) {
  const double scale = 0x1p63 / total_weight(w);
  double rest = 0;
  uint64_t sum = 0;
  size_t largest = 0;
  for (size_t i = 0; i < w->k; i++) {
    double x = weight(w, w->kind, i) * scale;
    uint64_t share = 0;
    if (x > 0) {
      // What rounding down leaves goes to the next class, so that it does not add up.
      x += rest;
      share = x < 0x1p63 ? (uint64_t)x : whole;
      rest = x < 0x1p63 ? x - (double)share : 0;
    }
    cells[i] = (gk_alias_cell){share, unsettled};
    sum += share;
    if (share > cells[largest].threshold) largest = i;
  }
  // The rounding of the scale, some 2^10 of 2^63. Sum and difference are taken modulo 2^64.
  cells[largest].threshold += whole - sum;
}

/// The next unsettled class from i on with at least its fair share, or with less; or k.
static inline size_t next_class(const gk_alias_cell *cells, size_t k, size_t i, bool heavy) {
  while (i < k
         && (cells[i].other != unsettled
             || ((wide)cells[i].threshold * k >= whole) != heavy)) {
    i++;
  }
  return i;
}

// One sweep over the classes of less than their fair share beside another over the others
// (Huebschle-Schneider & Sanders 2022): cells are filled in place, without lists.
void gk_make_alias(const gk_weights *w, gk_alias_cell *cells) {
  const size_t k = w->k;
  share_out(w, cells);
  size_t light = next_class(cells, k, 0, false), heavy = next_class(cells, k, 0, true);
  // What the heavy class has left to give; a cell holds `whole`.
  wide left = (wide)cells[heavy].threshold * k;
  while (heavy < k) {
    if (left > whole) {
      // All shares add up to k cells exactly, so there is a light class.
      uint64_t mass = cells[light].threshold * (uint64_t)k;
      cells[light] = (gk_alias_cell){mass, (int32_t)heavy};
      left -= whole - mass;
      light = next_class(cells, k, light + 1, false);
    } else {
      size_t next = next_class(cells, k, heavy + 1, true);
      cells[heavy] = (gk_alias_cell){(uint64_t)left, (int32_t)(next < k ? next : heavy)};
      if (next < k) left = (wide)cells[next].threshold * k - (whole - (uint64_t)left);
      heavy = next;
    }
  }
}

static void draw_by_alias(void *context, size_t begin, size_t end) {
  const draw_job *job = context;
  const gk_alias_cell *cells = job->cells;
  uint32_t words[2 * draws_at_once];
  for (size_t c = begin; c < end; c += draws_at_once) {
    size_t count = end - c < draws_at_once ? end - c : draws_at_once;
    gk_current_forms()->random_bits(job->key, 2 * (job->first + c), words, 2 * count);
    for (size_t i = 0; i < count; i++) {
      wide product = (wide)word64(words, i) * job->k;
      size_t cell = (size_t)(product >> 64);
      uint64_t own = sign_mask((int64_t)(((uint64_t)product >> 1) - cells[cell].threshold));
      uint32_t other = (uint32_t)cells[cell].other;
      job->index[c + i] = (int32_t)(other ^ ((other ^ (uint32_t)cell) & (uint32_t)own));
    }
  }
}

void gk_alias_draws(
    const gk_alias_cell *cells, size_t k, const uint32_t key[2], uint64_t first, int32_t *index,
    size_t n) {
  draw_job job = {
      .cells = cells, .k = k, .key = {key[0], key[1]}, .first = first, .index = index};
  gk_split(n, draws_at_once, 16384, draw_by_alias, &job);
}
