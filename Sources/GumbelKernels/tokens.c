// Draws of tokens, a row at a time on each thread.
#include "forms.h"

typedef struct {
  const float *logits;
  size_t k;
  const gk_token_sampling *settings;
  size_t settings_stride;
  const uint32_t *keys;
  int32_t *tokens;
  float *log_probabilities;
} token_job;

static size_t row_grain(size_t k) { return 16384 / k + 1; }

static void sample_part(void *context, size_t begin, size_t end) {
  const token_job *j = context;
  gk_current_forms()->sample_tokens(
      j->logits, j->k, j->settings, j->settings_stride, j->keys, j->tokens, j->log_probabilities,
      begin, end);
}

void gk_sample_tokens(
    const float *logits, const gk_token_sampling *settings, size_t settings_stride,
    const uint32_t *keys, int32_t *tokens, float *log_probabilities, size_t rows, size_t k) {
  if (rows == 0 || k == 0) return;
  token_job job = {logits, k, settings, settings_stride, keys, tokens, log_probabilities};
  gk_split(rows, 1, row_grain(k), sample_part, &job);
}

static void log_probability_part(void *context, size_t begin, size_t end) {
  const token_job *j = context;
  gk_current_forms()->token_log_probabilities(
      j->logits, j->k, j->settings, j->settings_stride, j->log_probabilities, begin, end);
}

void gk_token_log_probabilities(
    const float *logits, const gk_token_sampling *settings, size_t settings_stride,
    float *log_probabilities, size_t rows, size_t k) {
  if (rows == 0 || k == 0) return;
  token_job job = {logits, k, settings, settings_stride, NULL, NULL, log_probabilities};
  gk_split(rows, 1, row_grain(k), log_probability_part, &job);
}

typedef struct {
  const gk_token_batch *batch;
  gk_token_request *requests;
} request_job;

static void draw_part(void *context, size_t begin, size_t end) {
  const request_job *j = context;
  gk_current_forms()->draw_tokens(j->batch, j->requests, begin, end);
}

void gk_draw_tokens(const gk_token_batch *batch, gk_token_request *requests, size_t rows) {
  if (rows == 0 || batch->k == 0) return;
  request_job job = {batch, requests};
  gk_split(rows, 1, row_grain(batch->k), draw_part, &job);
}
