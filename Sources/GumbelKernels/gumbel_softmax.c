// Gumbel-softmax and Gumbel-max, divided among the threads.
#include <math.h>
#include <string.h>

#include "forms.h"

// MARK: - Samples

typedef struct {
  const gk_gumbel_softmax_arguments *arguments;
  float *soft, *log_soft, *hard;
  int32_t *index;
} sample_job;

static void sample_part(void *context, size_t begin, size_t end) {
  const sample_job *job = context;
  gk_current_forms()->gumbel_softmax(
      job->arguments, job->soft, job->log_soft, job->hard, job->index, begin, end);
}

void gk_gumbel_softmax(
    const gk_gumbel_softmax_arguments *arguments, float *soft, float *log_soft, float *hard,
    int32_t *index) {
  size_t rows = arguments->rows, k = arguments->k;
  if (rows == 0 || k == 0) return;
  sample_job job = {arguments, soft, log_soft, hard, index};
  gk_split(rows, 8, 4096 / k + 1, sample_part, &job);
}

// MARK: - Pullbacks

typedef void pullback_function(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k);

typedef struct {
  pullback_function *pullback;
  const float *y, *g, *temperature;
  size_t temperature_stride, rows, k, part;
  float *dx, *partial;
} pullback_job;

static void pullback_rows(void *context, size_t begin, size_t end) {
  const pullback_job *j = context;
  size_t offset = begin * j->k;
  j->pullback(
      j->y + offset, j->g + offset, j->temperature + begin * j->temperature_stride,
      j->temperature_stride, j->dx ? j->dx + offset : NULL, NULL, end - begin, j->k);
}

static void pullback_part(void *context, size_t index) {
  const pullback_job *j = context;
  size_t begin = index * j->part, offset = begin * j->k;
  size_t rows = j->rows - begin < j->part ? j->rows - begin : j->part;
  j->pullback(
      j->y + offset, j->g + offset, j->temperature + begin * j->temperature_stride,
      j->temperature_stride, j->dx ? j->dx + offset : NULL, j->partial + index * j->k, rows, j->k);
}

static void pull_back_in_parts(pullback_job *job, float *sum_rows, size_t parts) {
  float partial[gk_partial_floats];
  job->partial = partial;
  job->part = (job->rows + parts - 1) / parts;
  parts = (job->rows + job->part - 1) / job->part;
  gk_parallel_for(parts, pullback_part, job);
  for (size_t c = 0; c < job->k; c++) {
    float sum = partial[c];
    for (size_t p = 1; p < parts; p++) sum += partial[p * job->k + c];
    sum_rows[c] = sum;
  }
}

static inline void pull_back(
    pullback_function *pullback, const float *y, const float *g, const float *temperature,
    size_t temperature_stride, float *dx, float *sum_rows, size_t rows, size_t k) {
  if (rows * k < 16384) {
    pullback(y, g, temperature, temperature_stride, dx, sum_rows, rows, k);
    return;
  }
  pullback_job job = {pullback, y, g, temperature, temperature_stride, rows, k, 0, dx, NULL};
  if (!sum_rows) {
    gk_split(rows, 8, 16384 / k + 1, pullback_rows, &job);
    return;
  }
  size_t parts = gk_parts_of_rows(rows, k);
  if (parts > 1) pull_back_in_parts(&job, sum_rows, parts);
  else pullback(y, g, temperature, temperature_stride, dx, sum_rows, rows, k);
}

void gk_gumbel_softmax_pullback(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k) {
  pull_back(
      gk_current_forms()->gumbel_softmax_pullback, y, g, temperature, temperature_stride, dx,
      sum_rows, rows, k);
}

void gk_log_gumbel_softmax_pullback(
    const float *y, const float *g, const float *temperature, size_t temperature_stride, float *dx,
    float *sum_rows, size_t rows, size_t k) {
  pull_back(
      gk_current_forms()->log_gumbel_softmax_pullback, y, g, temperature, temperature_stride, dx,
      sum_rows, rows, k);
}

// MARK: - Gumbel-max

/// Rows up to this long are drawn as the hard samples of gk_gumbel_softmax.
enum { short_row = 1024, row_part = 65536, most_parts = 64 };

static const float temperature_one = 1;

typedef struct {
  const float *logits;
  size_t logits_stride, k, part;
  uint32_t key[2];
  uint64_t first;
  int32_t *index;
  gk_winner winners[most_parts];
} max_job;

/// The exact rules, for a row with a NaN, infinite or very large logits or nothing but -inf.
static void draw_special(const max_job *job, size_t row) {
  gk_gumbel_softmax_arguments arguments = {
      job->logits + row * job->logits_stride, 0, &temperature_one, 0, 1, job->k,
      {job->key[0], job->key[1]}, job->first + (uint64_t)row * job->k};
  gk_current_forms()->gumbel_softmax(&arguments, NULL, NULL, NULL, job->index + row, 0, 1);
}

static void settle(const max_job *job, size_t row, gk_winner winner) {
  if (gk_is_settled(winner)) job->index[row] = winner.index;
  else draw_special(job, row);
}

static void draw_rows(void *context, size_t begin, size_t end) {
  const max_job *job = context;
  for (size_t r = begin; r < end; r++) {
    gk_winner winner = gk_current_forms()->gumbel_max_run(
        job->logits + r * job->logits_stride, job->key, job->first + (uint64_t)r * job->k, job->k,
        0);
    settle(job, r, winner);
  }
}

static void draw_part_of_row(void *context, size_t index) {
  max_job *job = context;
  size_t begin = index * job->part;
  size_t n = job->k - begin < job->part ? job->k - begin : job->part;
  job->winners[index] = gk_current_forms()->gumbel_max_run(
      job->logits + begin, job->key, job->first + begin, n, (int32_t)begin);
}

/// One row, divided among the threads. Comparisons are exact, so the division does not matter.
static void draw_long_row(max_job *job, size_t row) {
  max_job part = *job;
  part.logits += row * job->logits_stride;
  part.first += (uint64_t)row * job->k;
  part.part = (job->k + most_parts - 1) / most_parts;
  if (part.part < row_part) part.part = row_part;
  size_t parts = (job->k + part.part - 1) / part.part;
  gk_parallel_for(parts, draw_part_of_row, &part);
  gk_winner winner = {-INFINITY, -1, false};
  for (size_t i = 0; i < parts; i++) {
    gk_winner w = part.winners[i];
    winner.special |= w.special;
    if (w.index >= 0 && (winner.index < 0 || w.value > winner.value)) {
      winner.value = w.value;
      winner.index = w.index;
    }
  }
  settle(job, row, winner);
}

void gk_gumbel_max(
    const float *logits, size_t logits_stride, const uint32_t key[2], uint64_t first,
    int32_t *index, size_t rows, size_t k) {
  if (rows == 0 || k == 0) return;
  if (k <= short_row) {
    gk_gumbel_softmax_arguments arguments = {
        logits, logits_stride, &temperature_one, 0, rows, k, {key[0], key[1]}, first};
    gk_gumbel_softmax(&arguments, NULL, NULL, NULL, index);
    return;
  }
  max_job job;
  job.logits = logits, job.logits_stride = logits_stride, job.k = k;
  job.key[0] = key[0], job.key[1] = key[1], job.first = first, job.index = index;
  if (rows < (size_t)gk_thread_count() && k >= 2 * row_part) {
    for (size_t r = 0; r < rows; r++) draw_long_row(&job, r);
  } else {
    gk_split(rows, 1, 32768 / k + 1, draw_rows, &job);
  }
}
