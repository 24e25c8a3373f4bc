// Draws of tokens; the conventions are those of GumbelKernels.h.
#ifndef GUMBEL_KERNELS_TOKENS_H
#define GUMBEL_KERNELS_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  GK_FILTER_END = 0,
  GK_FILTER_TEMPERATURE,
  GK_FILTER_TOP_N_SIGMA,
  GK_FILTER_TOP_K,
  GK_FILTER_TYPICAL_P,
  GK_FILTER_TOP_P,
  GK_FILTER_MIN_P,
  GK_FILTER_SURPRISE,
};

/// How a token is drawn from a row of logits. The filters of `order` act one after the other on what is
/// left. With w_c = exp((x_c - max x) / T), in double precision, over what is left, T being 1 until the
/// temperature's turn has come, and the row ordered from the largest logit down, equal ones by index:
///
///  - top-n-sigma keeps x_c of at least max x - n sigma, sigma the standard deviation of the logits
///    that are left (divided by their number);
///  - top-k keeps the first `top_k`;
///  - typical-p, with p = w / sum of w and h = - sum of p log p, keeps what is nearest to h in -log p:
///    within the least distance in which the sum of p is at least `typical_p`;
///  - top-p keeps the fewest, from the first on, whose sum of w is at least `top_p` times the sum of
///    all;
///  - min-p keeps the ones with (x_c - max x) / T of at least log(min_p);
///  - surprise keeps the ones with -log2 p_c of at most `most_surprise`, and the first.
///
/// Logits being rounded to float32, a border counts as reached where that could have moved it: for
/// top-p and typical-p by 2⁻²² (1 - p) of itself, for min-p and surprise by 2⁻²² in the logarithm unless
/// only the first is kept, for top-n-sigma by 2⁻²² of n sigma.
///
/// Entries of -inf are never kept; where there are entries of +inf, only these are, with equal
/// weights, and top-k and top-p count them.
typedef struct {
  double temperature;    // positive and finite
  size_t top_k;          // 0: all
  double top_p;          // in (0, 1]; 1: all
  double min_p;          // in [0, 1]; 0: all
  bool greedy;           // the largest logit, the lowest index on ties; the rest is not looked at
  double top_n_sigma;    // 0: all
  double typical_p;      // in (0, 1]; 1: all
  double most_surprise;  // in bits; infinity: all
  // GK_FILTER_…, then GK_FILTER_END; empty for the order above, after the temperature.
  uint8_t order[8];
} gk_token_sampling;

/// A token for each row of logits ([rows, k]): the largest of (x_c - max x) / temperature + G_c
/// among what is kept, the lowest index on ties, G_c the Gumbel noise of element c of the row's key
/// (keys: [rows, 2]). Row r has the settings number r settings_stride. -1 for a row with a NaN or
/// with nothing but -inf. Where `log_probabilities` is not NULL it receives the logarithm of the
/// probability with which the token was drawn, NaN for such a row.
void gk_sample_tokens(
    const float *logits, const gk_token_sampling *settings, size_t settings_stride,
    const uint32_t *keys, int32_t *tokens, float *log_probabilities, size_t rows, size_t k);

/// The logarithms of the probabilities with which gk_sample_tokens draws; -inf for what is not
/// kept.
void gk_token_log_probabilities(
    const float *logits, const gk_token_sampling *settings, size_t settings_stride,
    float *log_probabilities, size_t rows, size_t k);

// MARK: - An engine's rows

typedef enum {
  GK_LOGIT_FLOAT32 = 0,
  GK_LOGIT_FLOAT16,   // uint16_t words
  GK_LOGIT_BFLOAT16,  // uint16_t words
} gk_logit_type;

typedef struct {
  int32_t token;
  float value;
} gk_token_bias;

/// How often a token stands in what there is so far.
typedef struct {
  int32_t token;
  int32_t prompt;     // in what was given
  int32_t generated;  // in what was drawn
} gk_token_count;

/// A logit x of a token that was there becomes x / repetition where it is above 0 and x repetition
/// elsewhere, and loses presence + n frequency if it was generated n > 0 times.
typedef struct {
  double repetition, presence, frequency;
} gk_token_penalties;

enum {
  GK_TOKEN_DRAWN = 0,
  GK_TOKEN_NOT_A_NUMBER,  // `place`: the first logit that is NaN
  GK_TOKEN_NONE,          // nothing above -inf; `place`: how many the mask lets through, -1 without
  GK_TOKEN_UNKNOWN,       // `place`: a token of `bias` or `history` that is not in 0 ..< k
};

typedef struct {
  gk_token_sampling sampling;
  uint32_t key[2];
  const uint64_t *mask;  // bit i mod 64 of word i / 64: token i may be drawn; NULL: all may
  const gk_token_bias *bias;
  size_t bias_count;
  const gk_token_count *history;  // each token once
  size_t history_count;
  gk_token_penalties penalties;
  uint32_t *saved;  // room for bias_count + history_count
  // Results. A status that is not GK_TOKEN_DRAWN before the call is left, and no token drawn.
  int32_t status;
  int64_t place;
  double surprise;  // of the token among what GK_FILTER_SURPRISE left, in bits; NaN without it
} gk_token_request;

typedef struct {
  void *logits;  // row r begins at element r stride
  gk_logit_type type;
  size_t k, stride;
  int32_t *tokens;           // [rows]
  float *log_probabilities;  // [rows], or NULL
  size_t best;               // at most GK_MOST_BEST_TOKENS
  int32_t *best_tokens;      // [rows, best]
  float *best_log_probabilities;
  bool raw_scores;  // of softmax(logits) as they were given; otherwise of what was drawn from
} gk_token_batch;

enum { GK_MOST_BEST_TOKENS = 4088 };

/// Draws as gk_sample_tokens does, from logits of any of the types as if they were floats, after biases
/// are added and then penalties are taken, each rounded to the type of the logits. These changes are
/// made in place, and undone before this returns. What a mask leaves out counts as -inf, whatever it
/// is.
///
/// A row without a token gets -1, and NaN as its scores. Of fewer than `best` tokens the others are -1
/// with scores of -inf.
void gk_draw_tokens(const gk_token_batch *batch, gk_token_request *requests, size_t rows);

#ifdef __cplusplus
}
#endif

#endif
