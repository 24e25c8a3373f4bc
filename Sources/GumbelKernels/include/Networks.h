// Small matrix products, layers and optimizers; the conventions are those of GumbelKernels.h.
#ifndef GUMBEL_KERNELS_NETWORKS_H
#define GUMBEL_KERNELS_NETWORKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Networks

/// The operands and the result of a product, row-major, with the distance between their rows as they
/// are stored.
typedef struct {
  bool transpose_a, transpose_b;
  const float *a;
  size_t a_stride;
  const float *b;
  size_t b_stride;
  float *c;
  size_t c_stride;
} gk_matrices;

/// c = op(a) op(b) for small matrices, where a call of a library costs more than its work. Sizes are
/// as in BLAS: c is [m, n], the inner size is k, and transposed operands are stored [k, m] and [n, k].
/// Rounds once for each multiplication, in the order of the inner size; in lanes where c is a vector.
void gk_small_matmul(const gk_matrices *matrices, size_t m, size_t n, size_t k);

/// Whether gk_small_matmul is the fastest way to a product of such sizes.
bool gk_small_matmul_pays(bool transpose_b, size_t m, size_t n, size_t k);

/// gk_small_matmul where it pays, which the result says; elsewhere nothing is done. One call instead of
/// two, which a product of 16 x 16 x 16 notices.
bool gk_small_matmul_where_it_pays(const gk_matrices *matrices, size_t m, size_t n, size_t k);

/// The bfloat16 nearest to each of n numbers, ties to even: the upper halves of their words. NaN stays
/// NaN, and what is above the largest bfloat16 becomes infinite.
void gk_round_to_bfloat16(const float *x, uint16_t *y, size_t n);

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
/// `gates`, where it is not NULL, receives them for the gradient.
/// Row r of x is the row number index[r] of what is given, where `index` is not NULL.
void gk_lstm(
    const float *x, const int32_t *index, const float *u, const float *c, float *h_out,
    float *c_out, float *gates, size_t rows, size_t width);
/// The gradients with respect to x + u and c, given those with respect to h' and c'.
void gk_lstm_pullback(
    const float *gates, const float *c, const float *c_out, const float *gh, const float *gc,
    float *d_gates, float *dc, size_t rows, size_t width);

/// A step of a gated recurrent unit. x and u have 3 width columns, r, z and n; `kept`, where it is
/// not NULL, receives 4 width: r, z, n and m, which the gradient needs.
///   r, z = sigmoid(x + u);  m = u + a;  n = tanh(x + r m);  h' = (1 - z) n + z h
void gk_gru(
    const float *x, const float *u, const float *a, const float *h, float *h_out, float *kept,
    size_t rows, size_t width);
/// The gradients with respect to x, u and h, given that with respect to h'.
void gk_gru_pullback(
    const float *kept, const float *h, const float *gh, float *dx, float *du, float *dh,
    size_t rows, size_t width);

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
