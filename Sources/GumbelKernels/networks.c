// Network kernels, divided among the threads where they are large.
#include <math.h>

#include "forms.h"

void gk_small_matmul(const gk_matrices *matrices, size_t m, size_t n, size_t k) {
  gk_current_forms()->small_matmul(matrices, m, n, k);
}

static bool small_matmul_pays(
    const gk_forms *forms, bool transpose_b, size_t m, size_t n, size_t k) {
  size_t work = m * n * k;
  if (work <= gk_least_library_work) return true;
  // A vector is a library's matter: what there is to do is to read the other operand once. With few
  // rows it is so too, the sooner where that has to be turned around.
  if (m < 2 || n < 2) return false;
  if (m < 12 && (transpose_b || work > (size_t)1 << 18)) return false;
  return work <= forms->small_matmul_most_work;
}

bool gk_small_matmul_pays(bool transpose_b, size_t m, size_t n, size_t k) {
  return small_matmul_pays(gk_current_forms(), transpose_b, m, n, k);
}

bool gk_small_matmul_where_it_pays(
    const gk_matrices *matrices, size_t m, size_t n, size_t k) {
  const gk_forms *forms = gk_current_forms();
  bool pays = small_matmul_pays(forms, matrices->transpose_b, m, n, k);
  if (pays) forms->small_matmul(matrices, m, n, k);
  return pays;
}

// MARK: - bfloat16

typedef struct {
  const float *x;
  uint16_t *y;
} rounding_job;

static void round_part(void *context, size_t begin, size_t end) {
  const rounding_job *job = context;
  gk_current_forms()->round_to_bfloat16(job->x + begin, job->y + begin, end - begin);
}

void gk_round_to_bfloat16(const float *x, uint16_t *y, size_t n) {
  rounding_job job = {.x = x, .y = y};
  if (n < 65536) round_part(&job, 0, n);
  else gk_split(n, 32, 32768, round_part, &job);
}

// MARK: - Biases and activations

typedef struct {
  const float *y_in, *g, *bias;
  float *y;
  size_t width;
  gk_activation activation;
} activation_job;

static size_t row_grain(size_t width, gk_activation activation) {
  size_t cost = activation >= GK_ACTIVATION_TANH ? 10 : 2;
  return 65536 / (width * cost + 1) + 1;
}

static void activate_part(void *context, size_t begin, size_t end) {
  const activation_job *job = context;
  gk_current_forms()->bias_activation(
      job->y + begin * job->width, job->bias, end - begin, job->width, job->activation);
}

void gk_bias_activation(
    float *y, const float *bias, size_t rows, size_t width, gk_activation activation) {
  if (rows * width < 4096) {
    gk_current_forms()->bias_activation(y, bias, rows, width, activation);
    return;
  }
  activation_job job = {.y = y, .bias = bias, .width = width, .activation = activation};
  gk_split(rows, 8, row_grain(width, activation), activate_part, &job);
}

static void pull_part(void *context, size_t begin, size_t end) {
  const activation_job *job = context;
  gk_current_forms()->activation_pullback(
      job->y_in + begin, job->g + begin, job->y + begin, end - begin, job->activation);
}

void gk_bias_activation_pullback(
    const float *y, const float *g, float *dz, float *bias_gradient, size_t rows, size_t width,
    gk_activation activation) {
  size_t n = rows * width;
  if (n < 32768) {
    gk_current_forms()->activation_pullback(y, g, dz, n, activation);
  } else {
    activation_job job = {.y_in = y, .g = g, .y = dz, .activation = activation};
    gk_split(n, 8, 16384, pull_part, &job);
  }
  if (bias_gradient) gk_sum(dz, bias_gradient, 1, rows, width);
}

// MARK: - Adam

typedef struct {
  const float *p, *g, *m, *v;
  float *p_out, *m_out, *v_out;
  float rate, b1, b2, epsilon, decay;
  double correction1, correction2;
} adam_job;

static void adam_part(void *context, size_t begin, size_t end) {
  const adam_job *j = context;
  gk_current_forms()->adam(
      j->p + begin, j->g + begin, j->m + begin, j->v + begin, j->p_out + begin, j->m_out + begin,
      j->v_out + begin, end - begin, j->rate, j->b1, j->b2, j->epsilon, j->decay, j->correction1,
      j->correction2);
}

/// 1 - b^step for both decay rates, by repeated squaring.
static void find_corrections(float b1, float b2, int32_t step, double *c1, double *c2) {
  // b^step < e^-((1 - b) step): beyond 40 nothing is left of it beside 1.
  double square1 = (1 - (double)b1) * step > 40 ? 0 : b1;
  double square2 = (1 - (double)b2) * step > 40 ? 0 : b2;
  double power1 = 1, power2 = 1;
  uint32_t n = square1 == 0 && square2 == 0 ? 1 : (uint32_t)step;
  for (; n; n >>= 1) {
    // Chosen, not branched on: the bits of a step are unpredictable.
    power1 *= n & 1 ? square1 : 1;
    power2 *= n & 1 ? square2 : 1;
    square1 *= square1;
    square2 *= square2;
  }
  *c1 = 1 - power1;
  *c2 = 1 - power2;
}

void gk_adam(
    const float *p, const float *g, const float *m, const float *v, float *p_out, float *m_out,
    float *v_out, size_t n, float rate, float b1, float b2, float epsilon, float decay,
    int32_t step) {
  adam_job job = {
      p, g, m, v, p_out, m_out, v_out, rate, b1, b2, epsilon, decay, 1, 1};
  find_corrections(b1, b2, step, &job.correction1, &job.correction2);
  if (n < 16384) adam_part(&job, 0, n);
  else gk_split(n, 1024, 16384, adam_part, &job);
}

// MARK: - Windows of convolutions

void gk_unfold(
    const gk_windows *windows, const float *images, float *patches, size_t begin, size_t end) {
  gk_current_forms()->unfold(windows, images, patches, begin, end);
}

void gk_fold(
    const gk_windows *windows, const float *patches, float *images, size_t begin, size_t end) {
  gk_current_forms()->fold(windows, patches, images, begin, end);
}
