// Random numbers and draws; the conventions are those of GumbelKernels.h.
#ifndef GUMBEL_KERNELS_SAMPLING_H
#define GUMBEL_KERNELS_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Random numbers
// Philox4x32-10 (Salmon et al. 2011). Word i of the stream of `key` is word i mod 4 of the block
// with counter (i / 4 low, i / 4 high, stream, 0); stream 0 is the main one, stream 1 refines
// tails.

void gk_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);
/// A key derived from `key` and `data`: words 0 and 1 of the block with counter
/// (data low, data high, 0xFFFFFFFF, 0xF01D0000).
void gk_fold_key(const uint32_t key[2], uint64_t data, uint32_t out[2]);

// Element i of y is element first + i of the draw.
void gk_random_bits(const uint32_t key[2], uint64_t first, uint32_t *y, size_t n);
/// Word i of the main stream, and as its lower half the word of stream 1 that refines it.
uint64_t gk_refined_word(const uint32_t key[2], uint64_t i);
/// y[i] is refined word first + i.
void gk_refined_words(const uint32_t key[2], uint64_t first, size_t n, uint64_t *y);
/// The numbers 0 ..< n in the order of their words: those of the main stream from word 0 on, as unsigned
/// numbers, and numbers of one word as they are. n < 2^31; `keys` has room for n.
void gk_permutation(const uint32_t key[2], int32_t *y, size_t n, uint64_t *keys);
/// Uniform on the open interval (0, 1): (2 (x >> 9) + 1) / 2^24, x the word of the element.
void gk_uniform(const uint32_t key[2], uint64_t first, float *y, size_t n);
/// Standard normal, Box-Muller on elements 2 (i / 2) and 2 (i / 2) + 1 (cosine for even i): the
/// radius is sqrt(2 E), E the first one's exponential value; the angle is the second one's word.
void gk_normal(const uint32_t key[2], uint64_t first, float *y, size_t n);
/// Standard exponential, -log u with the full-precision u of gk_gumbel.
void gk_exponential(const uint32_t key[2], uint64_t first, float *y, size_t n);
/// Standard Gumbel, -log(-log u). u has 32 bits in the middle and 64 within 2^-8 of either end.
void gk_gumbel(const uint32_t key[2], uint64_t first, float *y, size_t n);
/// The Gumbel value for a word and the second word that refines it in the tails.
float gk_gumbel_from_bits(uint32_t word, uint32_t refinement);
float gk_exponential_from_bits(uint32_t word, uint32_t refinement);

// MARK: - Gumbel-softmax

typedef struct {
  const float *logits;        // [rows, k], or [k] for every row when logits_stride is 0
  size_t logits_stride;       // k or 0
  const float *temperature;   // one, or one a row when temperature_stride is 1
  size_t temperature_stride;  // 0 or 1
  size_t rows, k;
  uint32_t key[2];
  uint64_t first;  // element r, c has noise number first + r k + c
} gk_gumbel_softmax_arguments;

/// One pass: perturbs the logits with fresh noise, which is never stored, and writes what is not
/// NULL of: `soft` = softmax((logits + noise) / temperature), `log_soft` its logarithm, `hard` the
/// one-hot argmax of logits + noise (lowest index on ties), `index` that argmax. At every finite
/// temperature the winner's entry of soft and log_soft is larger than all the others'.
///
/// Entries of -inf never win and get exactly 0. One finite entry: exactly one-hot. Temperature 0:
/// soft is hard, log_soft is 0 and -inf. A row that is all -inf, has a NaN, or has a negative or
/// NaN temperature: NaN in soft, log_soft and hard, index -1; other rows are untouched by it.
/// Entries of +inf: uniform among them. +inf temperature: uniform over the support.
///
/// Where the largest logits + noise is beyond +-4096, the row's largest logit is subtracted before
/// the noise is added, so that logits of any finite size keep its digits.
void gk_gumbel_softmax(
    const gk_gumbel_softmax_arguments *arguments, float *soft, float *log_soft, float *hard,
    int32_t *index);

/// dx = y (g - <g, y>) / temperature, rows of exact one-hots give exactly 0 (even at temperature
/// 0).
/// Where `sum_rows` is not NULL, it receives the sum over rows ([k]) and dx may be NULL.
void gk_gumbel_softmax_pullback(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k);
/// dx = (g - exp(y) sum(g)) / temperature, y the log-space sample; sum_rows as above. Entries with
/// y = -inf have probability 0 and take no part: dx is 0 there and their g is passed over.
void gk_log_gumbel_softmax_pullback(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k);

/// Exact categorical draws by Gumbel-max: index[r] = argmax_c logits[r, c] + noise, the noise of
/// element first + r k + c.
/// The rules for infinities and NaN are those of gk_gumbel_softmax.
void gk_gumbel_max(
    const float *logits, size_t logits_stride, const uint32_t key[2], uint64_t first,
    int32_t *index, size_t rows, size_t k);

// MARK: - Exact draws from one distribution

typedef enum {
  GK_WEIGHTS = 0,  // double, not negative, with any sum
  GK_LOGITS,       // double
  GK_LOGITS_F32,   // float
} gk_weight_kind;

/// What a table is made of: k weights, or the logits of k weights. The weights are taken relative
/// to the largest, so that none of them overflows; beside logits of +inf all others weigh 0.
typedef struct {
  const void *values;
  size_t k;
  gk_weight_kind kind;
  double top;  // the largest value, set by gk_check_weights
} gk_weights;

/// The first entry that is no weight (negative, infinite or NaN) or no logit (NaN), or k; sets top.
size_t gk_check_weights(gk_weights *weights);

/// ends[j] = the sum of the first (j + 1) block weights, block by block, never falling.
/// Returns how many of the blocks there are up to the last one of any weight.
size_t gk_cumulate(const gk_weights *weights, size_t block, double *ends);

/// n draws by inversion, draw number first + i from the 64-bit word of that number, which is
/// word 2 i of the stream below word 2 i + 1: the first class whose cumulative weight exceeds
/// (word + 1/2) / 2^64 of the sum. `ends` and `blocks` are those of gk_cumulate.
void gk_inverse_draws(
    const gk_weights *weights, size_t block, const double *ends, size_t blocks,
    const uint32_t key[2], uint64_t first, int32_t *index, size_t n);

/// One of k equally likely cells: its own class below the threshold, of 2^63, else the other.
typedef struct {
  uint64_t threshold;
  int32_t other;
} gk_alias_cell;

/// Makes the table (Walker 1977) of weights that have one above 0. Probabilities are rounded to
/// multiples of 2^-63 first, and exact in integers from there on.
void gk_make_alias(const gk_weights *weights, gk_alias_cell *cells);

/// n draws, draw number first + i from the 64-bit word of that number: the product of word and k
/// is the cell in its high half, and in its low half what is compared with the threshold.
void gk_alias_draws(
    const gk_alias_cell *cells, size_t k, const uint32_t key[2], uint64_t first, int32_t *index,
    size_t n);

// MARK: - Scans

/// The i < n with word first + i of the key's stream at least `least`, in order; returns how many
/// there are. `places` has room for n.
size_t gk_words_from(
    const uint32_t key[2], uint64_t first, size_t n, uint32_t least, uint32_t *places);

/// Passes over lines, each of which ends with the terminator: returns the position after number *lines
/// of these, or n where there are fewer. Takes those that it passed from *lines.
size_t gk_pass_lines(const uint8_t *bytes, size_t n, uint8_t terminator, uint64_t *lines);

typedef struct {
  double sum;
  float noise;
  int32_t index;
} gk_perturbed;

/// Draws without replacement (Gumbel-top-k): index[r, :] are the `wanted` <= k places with the
/// largest logits[r, c] + noise, from the largest down, the noise of element first + r k + c as in
/// gk_gumbel_max. -1 all along a row with a NaN or with fewer entries above -inf. Entries of +inf
/// come first, in uniform order. `workspace` has room for gk_gumbel_top_k_parts(rows) times
/// gk_gumbel_top_k_room(k, wanted) entries; `parts` is the former.
void gk_gumbel_top_k(
    const float *logits, size_t logits_stride, const uint32_t key[2], uint64_t first,
    int32_t *index, size_t rows, size_t k, size_t wanted, gk_perturbed *workspace, size_t parts);
size_t gk_gumbel_top_k_room(size_t k, size_t wanted);
size_t gk_gumbel_top_k_parts(size_t rows);

#ifdef __cplusplus
}
#endif

#endif
