// The vector loops under every tensor operation.
//
// Conventions
//  - Tensors are dense and row-major; `float` is IEEE single, categories are `int32_t`.
//  - Every loop gives an element the same bits wherever it stands: in a vector, in a tail, in
//    another chunk or on another thread. Reductions have an order fixed by the sizes alone.
//  - A loop over many elements is divided among the threads of `gk_set_thread_count`.
//  - Functions never allocate after their first call, and never fail: sizes are the caller's duty.
#ifndef GUMBEL_KERNELS_H
#define GUMBEL_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Identity

/// A number that no other call in this process returns; never 0.
uint64_t gk_unique_id(void);

// MARK: - Processor and threads

/// The form of the kernels in use: "avx2+fma" or "portable".
const char *gk_instruction_set(void);

/// Uses the portable form for what this thread calls, even where a faster one exists (for tests);
/// false restores the choice.
void gk_force_portable(bool portable);

/// How many threads large operations are divided among; at least 1. Defaults to the number of
/// processors available to this process.
void gk_set_thread_count(int count);
int gk_thread_count(void);

/// Runs `body(context, i)` for i in 0 ..< count, divided among the threads; returns when all are
/// done. A call made from inside a body runs serially.
void gk_parallel_for(size_t count, void (*body)(void *context, size_t index), void *context);

// MARK: - Elementwise programs

/// An elementwise operation. Suffix i: on int32; otherwise on float. Comparisons give 1 or 0.
typedef enum {
  // One operand (a)
  GK_COPY = 0,
  GK_NEGATE,
  GK_ABS,
  GK_SIGN,
  GK_SQUARE,
  GK_SQRT,
  GK_RSQRT,
  GK_RECIPROCAL,
  GK_EXP,
  GK_EXPM1,
  GK_LOG,
  GK_LOG1P,
  GK_SIN,
  GK_COS,
  GK_TANH,
  GK_SIGMOID,
  GK_SOFTPLUS,  // log(1 + e^a), no overflow
  GK_RELU,
  GK_ERF,
  GK_FLOOR,
  GK_ROUND,  // ties to even
  GK_FLOAT_FROM_INT32,
  GK_INT32_FROM_FLOAT,  // toward zero, saturating; NaN gives 0
  GK_NEGATE_I,
  GK_IS_FINITE,
  // Two operands (a, b)
  GK_ADD = 64,
  GK_SUBTRACT,
  GK_MULTIPLY,
  GK_DIVIDE,
  GK_MAXIMUM,  // NaN if either is NaN
  GK_MINIMUM,
  GK_POWER,  // as C's powf
  GK_EQUAL,
  GK_NOT_EQUAL,
  GK_LESS,
  GK_LESS_OR_EQUAL,
  GK_ADD_I,
  GK_SUBTRACT_I,
  GK_MULTIPLY_I,
  GK_EQUAL_I,                 // float 1 or 0
  GK_LESS_I,                  // float 1 or 0
  GK_SIGMOID_CROSS_ENTROPY,   // a a logit, b a label in [0, 1]: max(a, 0) - a b + log1p(e^-|a|)
  GK_MULTIPLY_NO_NAN,         // a b, and 0 where b is 0, whatever a is
  // Three operands (a, b, c)
  GK_SELECT = 128,       // a != 0 ? b : c, bits of b and c copied (works on either type)
  GK_MULTIPLY_ADD,       // a b + c, rounded as the two separate operations would be
} gk_operation;

/// One step of a program: register `out` becomes operation(register a, register b, register c).
typedef struct {
  uint8_t operation;
  uint8_t out, a, b, c;
} gk_instruction;

enum {
  gk_max_rank = 8,
  gk_max_inputs = 16,
  gk_max_outputs = 8,
  gk_max_registers = 48,
  gk_max_instructions = 64,
};

/// A chain of elementwise operations run in one pass over memory.
///
/// Registers 0 ..< input_count are the inputs; instructions write the higher ones, each once or
/// many times. All outputs have the shape `dims[0 ..< rank]` (rank 0: one element). Input i is
/// read at sum_d index_d * strides[i][d], so stride 0 broadcasts. An output may be the very
/// memory of an input that has the full shape (not a broadcast one).
typedef struct {
  int32_t rank;
  int32_t input_count, output_count, register_count, instruction_count;
  int64_t dims[gk_max_rank];
  int64_t strides[gk_max_inputs][gk_max_rank];
  uint8_t output_registers[gk_max_outputs];
  gk_instruction instructions[gk_max_instructions];
} gk_program;

/// Makes an empty program over outputs of a shape.
void gk_program_begin(gk_program *program, int rank, const int32_t *dims);
/// Adds an input, broadcast to the outputs' shape by aligning innermost dimensions; all inputs
/// come before the first instruction. Returns its register.
int gk_program_add_input(gk_program *program, int rank, const int32_t *dims);
/// Adds an instruction.
void gk_program_append(gk_program *program, gk_operation operation, int out, int a, int b, int c);
/// Makes a register an output.
void gk_program_add_output(gk_program *program, int reg);

/// Simplifies `dims` and `strides` in place: drops dimensions of 1 and merges those that are
/// contiguous for every input. Optional, and worth doing once for a program that runs often.
void gk_program_simplify(gk_program *program);

void gk_program_run(
    const gk_program *program, const void *const *inputs, void *const *outputs);

/// One operation on `n` elements; an input whose `is_scalar` is set has one element, which all use.
void gk_elementwise(
    gk_operation operation, int64_t n, int input_count, const void *const *inputs,
    const bool *is_scalar, void *output);

// MARK: - Reductions and rearrangement
// x is viewed as [outer, n, inner] and y as [outer, inner].

void gk_sum(const float *x, float *y, size_t outer, size_t n, size_t inner);
void gk_max(const float *x, float *y, size_t outer, size_t n, size_t inner);  // NaN propagates
/// Index of the largest; the lowest index on ties; NaN entries are passed over; -1 if all are NaN.
void gk_argmax(const float *x, int32_t *y, size_t outer, size_t n, size_t inner);
/// log sum exp, -inf if all entries are -inf, +inf if any is +inf.
void gk_log_sum_exp(const float *x, float *y, size_t outer, size_t n, size_t inner);

/// y[permuted index] = x[index], elements of 4 bytes; y's dimension d is x's dimension order[d].
void gk_permute(
    const void *x, void *y, int rank, const int64_t *x_dims, const int32_t *order);

/// y[i, :] = x[index[i], :]. Indices must lie in [0, rows): gk_first_outside finds one that does
/// not.
void gk_gather_rows(
    const void *x, const int32_t *index, void *y, size_t count, size_t width);
/// y[index[i], :] += x[i, :] in order of i; y ([rows, width]) is zeroed first.
void gk_scatter_add_rows(
    const float *x, const int32_t *index, float *y, size_t count, size_t rows, size_t width);
/// y[i, :] = 1 at index[i], 0 elsewhere; an index outside [0, width) gives a row of zeros.
void gk_one_hot(const int32_t *index, float *y, size_t count, size_t width);
/// The first i with index[i] outside [0, limit), or count.
size_t gk_first_outside(const int32_t *index, size_t count, int32_t limit);

// MARK: - Rows of probabilities (row-major [rows, k])

void gk_softmax(const float *x, float *y, size_t rows, size_t k);
void gk_log_softmax(const float *x, float *y, size_t rows, size_t k);
/// dx = (g - <g, y>) y, y = softmax(x).
void gk_softmax_pullback(const float *y, const float *g, float *dx, size_t rows, size_t k);
/// dx = g - exp(y) sum(g), y = log softmax(x).
void gk_log_softmax_pullback(const float *y, const float *g, float *dx, size_t rows, size_t k);
/// loss[r] = logsumexp(x[r, :]) - x[r, label[r]].
void gk_softmax_cross_entropy(
    const float *x, const int32_t *label, float *loss, size_t rows, size_t k);
/// dx[r, :] = g[r] (softmax(x[r, :]) - onehot(label[r])).
void gk_softmax_cross_entropy_pullback(
    const float *x, const int32_t *label, const float *g, float *dx, size_t rows, size_t k);

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

/// Passes over lines: returns the position after line feed number *lines, or n where there are
/// fewer. Takes those that it passed from *lines.
size_t gk_pass_lines(const uint8_t *bytes, size_t n, uint64_t *lines);

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

// MARK: - Tokens

/// How a token is drawn from a row of logits. With w_c = exp((x_c - max x) / temperature), in
/// double precision, and the row ordered from the largest logit down, equal ones by index:
///
///  1. top-k keeps the first `top_k`;
///  2. top-p keeps the fewest of these, from the first on, whose sum of w is at least `top_p` times
///     the sum over all of these;
///  3. min-p keeps of these the ones with (x_c - max x) / temperature of at least log(min_p).
///
/// Entries of -inf are never kept; where there are entries of +inf, only these are, with equal
/// weights.
typedef struct {
  double temperature;  // positive and finite
  size_t top_k;        // 0: all
  double top_p;        // in (0, 1]; 1: all
  double min_p;        // in [0, 1]; 0: all
  bool greedy;         // the largest logit, the lowest index on ties; the rest is not looked at
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

// MARK: - Networks

/// c = op(a) op(b) for small matrices, where a library call costs more than its work.
/// op(a) is [m, n'] ... sizes as in BLAS: c [m, n], inner size k; transposed operands are stored
/// [k, m] and [n, k].
void gk_small_matmul(
    bool transpose_a, bool transpose_b, size_t m, size_t n, size_t k, const float *a,
    const float *b, float *c);

typedef enum {
  GK_LINEAR = 0,
  GK_ACTIVATION_RELU,
  GK_ACTIVATION_TANH,
  GK_ACTIVATION_SIGMOID,
} gk_activation;

/// y = activation(y + bias), y [rows, width] in place, bias [width] or NULL.
void gk_bias_activation(
    float *y, const float *bias, size_t rows, size_t width, gk_activation activation);
/// dz = g activation'(z), written in terms of the activation's value y; dz may be g's memory.
/// Where `bias_gradient` is not NULL it receives the sum of dz over rows.
void gk_bias_activation_pullback(
    const float *y, const float *g, float *dz, float *bias_gradient, size_t rows, size_t width,
    gk_activation activation);

/// One Adam step (Kingma & Ba 2015), decoupled weight decay (Loshchilov & Hutter 2019):
///   m' = b1 m + (1 - b1) g;  v' = b2 v + (1 - b2) g^2
///   p' = p - rate (m' / (1 - b1^step) / (sqrt(v' / (1 - b2^step)) + epsilon) + decay p)
/// step counts from 1. Outputs may be the inputs' memory.
void gk_adam(
    const float *p, const float *g, const float *m, const float *v, float *p_out, float *m_out,
    float *v_out, size_t n, float rate, float b1, float b2, float epsilon, float decay,
    int32_t step);

/// A step of an LSTM, rows of `width` = hidden units; gates have 4 width columns, in the order i, f,
/// g, o, and each row of them is given as a sum of two:
///   gates = sigmoid, sigmoid, tanh, sigmoid of (x + u);  c' = f c + i g;  h' = o tanh(c')
void gk_lstm(
    const float *x, const float *u, const float *c, float *h_out, float *c_out, float *gates,
    size_t rows, size_t width);
/// The gradients with respect to x + u and c, given those with respect to h' and c'.
void gk_lstm_pullback(
    const float *gates, const float *c, const float *c_out, const float *gh, const float *gc,
    float *d_gates, float *dc, size_t rows, size_t width);

/// The windows of a convolution's kernel on images [height, width, channels]. Window number
/// (i rows + r) columns + c lies on image i with its upper left corner at
/// (r stride - top, c stride - left); what it has outside of the image is 0.
typedef struct {
  size_t height, width, channels;
  size_t kernel_height, kernel_width, stride;
  int64_t top, left;
  size_t rows, columns;
} gk_windows;

/// Copies what lies under windows begin ..< end of the images to patches, the first of which is
/// that of window `begin`: [end - begin, kernel_height, kernel_width, channels]. This and gk_fold
/// run on the calling thread alone, so that a block of patches is used while the cache has it.
void gk_unfold(
    const gk_windows *windows, const float *images, float *patches, size_t begin, size_t end);
/// Adds patches to what lies under their windows, in order of the windows.
void gk_fold(
    const gk_windows *windows, const float *patches, float *images, size_t begin, size_t end);

#ifdef __cplusplus
}
#endif

#endif
