// What each form of the kernels (AVX-512, AVX2, portable) provides to the files that divide the work.
#ifndef GUMBEL_KERNELS_FORMS_H
#define GUMBEL_KERNELS_FORMS_H

#include "include/GumbelKernels.h"

/// Longest run that one call of `sum_run` adds up; the order of a long sum follows from it.
enum { gk_sum_chunk = 4096 };

/// Noise is made in tiles of at most so many.
enum { gk_noise_tile = 512 };

/// Room for partial results on the stack: 64 KB.
enum { gk_partial_floats = 16384 };

typedef struct {
  float value;
  int32_t index;  // -1: none so far
  bool special;   // a NaN or +inf was met: the exact rules decide
} gk_winner;

/// Rows whose largest perturbed logit is larger than this, either way, are perturbed again after
/// their largest logit is subtracted: in a sum with a large logit the noise would lose its digits,
/// and equal logits would tie.
static const float gk_largest_plain = 4096;

/// Whether the winner of logits + noise is the row's winner, and not for the exact rules to find.
static inline bool gk_is_settled(gk_winner w) {
  return !w.special && w.index >= 0 && w.value <= gk_largest_plain && w.value >= -gk_largest_plain;
}

/// The largest row length for which narrow_rows is meant.
enum { gk_narrow_limit = 16 };
typedef enum { gk_narrow_sum, gk_narrow_max, gk_narrow_argmax, gk_narrow_log_sum_exp } gk_narrow;

typedef struct {
  const char *name;

  /// Elements begin ..< end of every output.
  void (*program)(
      const gk_program *program, const void *const *inputs, void *const *outputs, size_t begin,
      size_t end);

  float (*sum_run)(const float *x, size_t n);
  float (*max_run)(const float *x, size_t n);
  gk_winner (*argmax_run)(const float *x, size_t n, int32_t first);
  float (*sum_exp_run)(const float *x, float shift, size_t n);
  void (*log_sum_exp_rows)(const float *x, float *y, size_t rows, size_t n);
  /// Any of the reductions over rows of 1 to gk_narrow_limit; y is int32_t for the argmax.
  void (*narrow_rows)(const float *x, float *y, size_t rows, size_t n, gk_narrow reduction);
  /// Over the rows of a [n, stride] matrix, for `width` of its columns.
  void (*sum_columns)(const float *x, float *y, size_t n, size_t width, size_t stride);
  void (*max_columns)(const float *x, float *y, size_t n, size_t width, size_t stride);
  void (*argmax_columns)(const float *x, int32_t *y, size_t n, size_t width, size_t stride);
  void (*log_sum_exp_columns)(const float *x, float *y, size_t n, size_t width, size_t stride);
  float (*log)(float x);

  void (*softmax)(const float *x, float *y, size_t rows, size_t k);
  void (*log_softmax)(const float *x, float *y, size_t rows, size_t k);
  void (*softmax_pullback)(const float *y, const float *g, float *dx, size_t rows, size_t k);
  void (*log_softmax_pullback)(const float *y, const float *g, float *dx, size_t rows, size_t k);
  void (*standardise)(
      const float *x, float *y, float *scale, float epsilon, size_t rows, size_t k);
  void (*standardise_pullback)(
      const float *y, const float *scale, const float *g, float *dx, size_t rows, size_t k);
  void (*softmax_cross_entropy)(
      const float *x, const int32_t *label, float *loss, size_t rows, size_t k);
  void (*softmax_cross_entropy_pullback)(
      const float *x, const int32_t *label, const float *g, float *dx, size_t rows, size_t k);

  void (*random_bits)(const uint32_t key[2], uint64_t first, uint32_t *y, size_t n);
  void (*uniform)(const uint32_t key[2], uint64_t first, float *y, size_t n);
  void (*normal)(const uint32_t key[2], uint64_t first, float *y, size_t n);
  void (*exponential)(const uint32_t key[2], uint64_t first, float *y, size_t n);
  void (*gumbel)(const uint32_t key[2], uint64_t first, float *y, size_t n);
  float (*gumbel_from_bits)(uint32_t word, uint32_t refinement);
  float (*exponential_from_bits)(uint32_t word, uint32_t refinement);

  /// Rows begin ..< end of the whole; the outputs point at row 0.
  void (*gumbel_softmax)(
      const gk_gumbel_softmax_arguments *arguments, float *soft, float *log_soft, float *hard,
      int32_t *index, size_t begin, size_t end);
  void (*gumbel_softmax_pullback)(
      const float *y, const float *g, const float *temperature, size_t temperature_stride,
      float *dx, float *sum_rows, size_t rows, size_t k);
  void (*log_gumbel_softmax_pullback)(
      const float *y, const float *g, const float *temperature, size_t temperature_stride,
      float *dx, float *sum_rows, size_t rows, size_t k);
  /// The winner of one run of perturbed logits, starting from what earlier runs found.
  gk_winner (*gumbel_max_run)(
      const float *logits, const uint32_t key[2], uint64_t first, size_t n, int32_t first_index);

  size_t (*words_from)(
      const uint32_t key[2], uint64_t first, size_t n, uint32_t least, uint32_t *places);
  size_t (*pass_lines)(const uint8_t *bytes, size_t n, uint8_t terminator, uint64_t *lines);

  /// Fills the first `wanted` of `entries`, in order; false for a row that has not so many. `room`
  /// is that of gk_gumbel_top_k_room.
  bool (*gumbel_top_k_row)(
      const float *logits, const uint32_t key[2], uint64_t first, size_t k, size_t wanted,
      gk_perturbed *entries, size_t room);
  /// Rows begin ..< end of the whole; all pointers are those of row 0.
  void (*sample_tokens)(
      const float *logits, size_t k, const gk_token_sampling *settings, size_t settings_stride,
      const uint32_t *keys, int32_t *tokens, float *log_probabilities, size_t begin, size_t end);
  void (*draw_tokens)(
      const gk_token_batch *batch, gk_token_request *requests, size_t begin, size_t end);
  void (*token_log_probabilities)(
      const float *logits, size_t k, const gk_token_sampling *settings, size_t settings_stride,
      float *out, size_t begin, size_t end);

  /// y += x.
  void (*add_row)(const float *x, float *y, size_t n);
  /// y [count, width] from x, where element (i, c) of y is x[i + c stride].
  void (*transpose)(const uint32_t *x, size_t stride, uint32_t *y, size_t width, size_t count);

  void (*small_matmul)(const gk_matrices *matrices, size_t m, size_t n, size_t k);
  size_t small_matmul_most_work;
  void (*round_to_bfloat16)(const float *x, uint16_t *y, size_t n);
  void (*bias_activation)(
      float *y, const float *bias, size_t rows, size_t width, gk_activation activation);
  void (*activation_pullback)(
      const float *y, const float *g, float *dz, size_t n, gk_activation activation);
  void (*adam)(
      const float *p, const float *g, const float *m, const float *v, float *p_out, float *m_out,
      float *v_out, size_t n, float rate, float b1, float b2, float epsilon, float decay,
      double correction1, double correction2);

  void (*lstm)(
      const float *table, const int32_t *index, const float *u, const float *c, float *h_out,
      float *c_out, float *gates, size_t rows, size_t width);
  void (*lstm_pullback)(
      const float *gates, const float *c, const float *c_out, const float *gh, const float *gc,
      float *d_gates, float *dc, size_t rows, size_t width);
  void (*gru)(
      const float *x, const float *u, const float *a, const float *h, float *h_out, float *kept,
      size_t rows, size_t width);
  void (*gru_pullback)(
      const float *kept, const float *h, const float *gh, float *dx, float *du, float *dh,
      size_t rows, size_t width);

  void (*unfold)(
      const gk_windows *windows, const float *images, float *patches, size_t begin, size_t end);
  void (*fold)(
      const gk_windows *windows, const float *patches, float *images, size_t begin, size_t end);
} gk_forms;

/// No product of fewer multiplications is worth the call of a library.
enum { gk_least_library_work = 4096 };

extern const gk_forms gk_forms_portable;
#if defined(__x86_64__)
extern const gk_forms gk_forms_avx512, gk_forms_avx2;
#endif

/// The form in use.
const gk_forms *gk_current_forms(void);
/// What this thread was made to use, or NULL; threads.c hands it to those that share its work.
const gk_forms *gk_forced_forms(void);
void gk_force_forms(const gk_forms *forms);

/// Ends the program with one line and the status of a usage mistake: a variable of the environment
/// makes no sense. What follows is a format as of printf, for what was expected.
_Noreturn void gk_refuse_environment(const char *name, const char *value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/// Runs body over parts of 0 ..< n, each a multiple of `multiple` long but the last, at least
/// `grain` elements each. Where a part ends may depend on the number of threads.
void gk_split(
    size_t n, size_t multiple, size_t grain, void (*body)(void *context, size_t begin, size_t end),
    void *context);

/// Into how many parts a sum over the rows of a [rows, width] matrix is divided, by sizes alone;
/// the parts' sums fit in gk_partial_floats.
static inline size_t gk_parts_of_rows(size_t rows, size_t width) {
  size_t parts = rows * width / 16384;
  if (parts > 16) parts = 16;
  if (parts * width > gk_partial_floats) parts = gk_partial_floats / width;
  return parts < 1 ? 1 : parts;
}

#endif
