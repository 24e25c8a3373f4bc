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

#include "Descents.h"
#include "Networks.h"
#include "Reservoirs.h"
#include "Sampling.h"
#include "Tokens.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Identity

/// A number that no other call in this process returns; never 0.
uint64_t gk_unique_id(void);

/// The number of a recording of operations on this thread; the lowest bit says whether it is that of a
/// compiled function. Never 0, and unique.
uint64_t gk_recording_number(bool is_compiling);
/// Says that a recording is under way on this thread until `gk_recording_ends`, which takes what this
/// returns.
uint64_t gk_recording_begins(uint64_t number);
void gk_recording_ends(uint64_t before);
/// Whether this is the number of a recording that is under way on another thread.
bool gk_is_recorded_elsewhere(uint64_t number);

// MARK: - Memory

/// Returns to the system what was freed and the C library holds back, where it has a way to.
void gk_give_back_freed_memory(void);

// MARK: - Processor and threads

/// The form of the kernels in use: "avx512", "avx2" or "portable". The first call ends the program
/// where GUMBEL_KERNELS in the environment names another one.
const char *gk_instruction_set(void);

/// Uses the form of that name for what this thread calls (for tests); NULL restores the choice. False,
/// and nothing is changed, where this processor cannot run it.
bool gk_force_form(const char *name);

/// How many threads large operations are divided among; at least 1. Defaults to GUMBEL_THREADS in the
/// environment, else to the number of processors available to this process.
void gk_set_thread_count(int count);
int gk_thread_count(void);

/// The number of processors that this process may use: those of its affinity mask, and no more than its
/// control groups have a quota for.
int gk_available_processors(void);
/// The quota of a file like /proc/self/cgroup in processors, rounded up, where the groups are mounted at
/// `mount`; 0 where there is none.
int gk_quota_processors(const char *groups, const char *mount);
/// GUMBEL_THREADS, 0 where it is not set; ends the program where it is no number from 1 to `most`.
int gk_wished_threads(int most);

/// Runs `body(context, i)` for i in 0 ..< count, divided among the threads; returns when all are
/// done. A call made from inside a body runs serially.
void gk_parallel_for(size_t count, void (*body)(void *context, size_t index), void *context);

// MARK: - Signals

/// Keeps all signals but those of faults from the calling thread, from now on.
void gk_block_signals(void);

/// Marks a piece of work on the calling thread, within which signals may be deferred; scopes nest.
/// Costs nothing by itself.
void gk_signal_scope_begin(void);
/// Ends a scope, and with the outermost one the waiting of signals.
void gk_signal_scope_end(void);

/// Lets the signals of the calling thread wait from now until the outermost scope ends, or until a
/// later call finds that `work`, in multiplications, has come to some milliseconds: it delivers them
/// first. To be called within a scope. Signals of faults do not wait.
void gk_defer_signals(uint64_t work);

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
  GK_GELU,        // a P(a), P the standard normal distribution function
  GK_GELU_DERIVATIVE,  // its derivative
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

// MARK: - Rows (row-major [rows, k])

/// y = (x - mean) scale with scale = 1 / sqrt(variance + epsilon), a scale a row; k at least 1. y may
/// be x's memory.
void gk_standardise(
    const float *x, float *y, float *scale, float epsilon, size_t rows, size_t k);
/// dx = scale (g - mean(g) - y mean(g y)); dx may be g's memory.
void gk_standardise_pullback(
    const float *y, const float *scale, const float *g, float *dx, size_t rows, size_t k);

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

#ifdef __cplusplus
}
#endif

#endif
