// Rows of probabilities and relaxed samples, divided among the threads.
#include "forms.h"

/// Rows that are worth a thread of their own, at `cost` additions an element.
static size_t row_grain(size_t k, size_t cost) { return 65536 / (k * cost + 1) + 1; }

typedef struct {
  const float *x, *g;
  const int32_t *label;
  float *y;
  size_t k;
} row_job;

/// Defines gk_<name> (up to its body) and the call that one thread makes.
#define ROW_OPERATION(name, call, ...)                                    \
  static void name##_part(void *context, size_t begin, size_t end) {      \
    const row_job *job = context;                                         \
    size_t k = job->k, rows = end - begin;                                \
    gk_current_forms()->call;                                             \
  }                                                                       \
  void gk_##name(__VA_ARGS__, size_t rows, size_t k)

/// A row pointer at the first row of the part.
#define ROWS(pointer) (job->pointer + begin * k)

ROW_OPERATION(softmax, softmax(ROWS(x), ROWS(y), rows, k), const float *x, float *y) {
  row_job job = {x, NULL, NULL, y, k};
  gk_split(rows, 8, row_grain(k, 10), softmax_part, &job);
}

ROW_OPERATION(log_softmax, log_softmax(ROWS(x), ROWS(y), rows, k), const float *x, float *y) {
  row_job job = {x, NULL, NULL, y, k};
  gk_split(rows, 8, row_grain(k, 10), log_softmax_part, &job);
}

ROW_OPERATION(
    softmax_pullback, softmax_pullback(ROWS(x), ROWS(g), ROWS(y), rows, k), const float *y,
    const float *g, float *dx) {
  row_job job = {y, g, NULL, dx, k};
  gk_split(rows, 8, row_grain(k, 3), softmax_pullback_part, &job);
}

ROW_OPERATION(
    log_softmax_pullback, log_softmax_pullback(ROWS(x), ROWS(g), ROWS(y), rows, k),
    const float *y, const float *g, float *dx) {
  row_job job = {y, g, NULL, dx, k};
  gk_split(rows, 8, row_grain(k, 10), log_softmax_pullback_part, &job);
}

ROW_OPERATION(
    softmax_cross_entropy,
    softmax_cross_entropy(ROWS(x), job->label + begin, job->y + begin, rows, k), const float *x,
    const int32_t *label, float *loss) {
  row_job job = {x, NULL, label, loss, k};
  gk_split(rows, 8, row_grain(k, 10), softmax_cross_entropy_part, &job);
}

ROW_OPERATION(
    softmax_cross_entropy_pullback,
    softmax_cross_entropy_pullback(
        ROWS(x), job->label + begin, job->g + begin, ROWS(y), rows, k),
    const float *x, const int32_t *label, const float *g, float *dx) {
  row_job job = {x, g, label, dx, k};
  gk_split(rows, 8, row_grain(k, 10), softmax_cross_entropy_pullback_part, &job);
}

// MARK: - Standardisation

typedef struct {
  const float *x, *scale, *g;
  float *y, *scale_out;
  float epsilon;
  size_t k;
} standardisation_job;

static void standardise_part(void *context, size_t begin, size_t end) {
  const standardisation_job *j = context;
  gk_current_forms()->standardise(
      j->x + begin * j->k, j->y + begin * j->k, j->scale_out + begin, j->epsilon, end - begin, j->k);
}

void gk_standardise(
    const float *x, float *y, float *scale, float epsilon, size_t rows, size_t k) {
  standardisation_job job = {.x = x, .y = y, .scale_out = scale, .epsilon = epsilon, .k = k};
  gk_split(rows, 8, row_grain(k, 4), standardise_part, &job);
}

static void standardise_pullback_part(void *context, size_t begin, size_t end) {
  const standardisation_job *j = context;
  size_t at = begin * j->k;
  gk_current_forms()->standardise_pullback(
      j->x + at, j->scale + begin, j->g + at, j->y + at, end - begin, j->k);
}

void gk_standardise_pullback(
    const float *y, const float *scale, const float *g, float *dx, size_t rows, size_t k) {
  standardisation_job job = {.x = y, .scale = scale, .g = g, .y = dx, .k = k};
  gk_split(rows, 8, row_grain(k, 4), standardise_pullback_part, &job);
}
