// Draws without replacement, a row at a time on each thread.
#include "forms.h"

size_t gk_gumbel_top_k_room(size_t k, size_t wanted) {
  // What is kept, a tile, and between two choices of the best as many more: then the bar keeps up
  // and the choices cost no more than the noise.
  size_t room = wanted + gk_noise_tile + (wanted < 64 ? 64 : wanted);
  return room < k ? room : k;
}

size_t gk_gumbel_top_k_parts(size_t rows) {
  size_t threads = (size_t)gk_thread_count();
  return rows < threads ? rows : threads;
}

typedef struct {
  const float *logits;
  size_t logits_stride, rows, k, wanted, parts, room;
  const uint32_t *key;
  uint64_t first;
  int32_t *index;
  gk_perturbed *workspace;
} top_k_job;

static void top_k_part(void *context, size_t part) {
  const top_k_job *j = context;
  gk_perturbed *entries = j->workspace + part * j->room;
  for (size_t r = j->rows * part / j->parts; r < j->rows * (part + 1) / j->parts; r++) {
    bool valid = gk_current_forms()->gumbel_top_k_row(
        j->logits + r * j->logits_stride, j->key, j->first + (uint64_t)r * j->k, j->k, j->wanted,
        entries, j->room);
    int32_t *y = j->index + r * j->wanted;
    for (size_t i = 0; i < j->wanted; i++) y[i] = valid ? entries[i].index : -1;
  }
}

void gk_gumbel_top_k(
    const float *logits, size_t logits_stride, const uint32_t key[2], uint64_t first,
    int32_t *index, size_t rows, size_t k, size_t wanted, gk_perturbed *workspace, size_t parts) {
  if (rows == 0 || wanted == 0) return;
  top_k_job job = {
      logits, logits_stride, rows, k, wanted, parts, gk_gumbel_top_k_room(k, wanted), key, first,
      index, workspace};
  gk_parallel_for(parts, top_k_part, &job);
}
