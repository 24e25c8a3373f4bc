// Draws, divided among the threads.
#include "forms.h"
#include "philox.h"

void gk_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  philox_block(counter[0], counter[1], counter[2], counter[3], key[0], key[1], out);
}

void gk_fold_key(const uint32_t key[2], uint64_t data, uint32_t out[2]) {
  uint32_t block[4];
  philox_block(
      (uint32_t)data, (uint32_t)(data >> 32), 0xFFFFFFFFu, 0xF01D0000u, key[0], key[1], block);
  out[0] = block[0];
  out[1] = block[1];
}

void gk_refined_words(const uint32_t key[2], uint64_t first, size_t n, uint64_t *y) {
  for (size_t i = 0; i < n;) {
    uint64_t at = first + i;
    uint32_t high[4], low[4];
    philox_block((uint32_t)(at >> 2), (uint32_t)(at >> 34), 0, 0, key[0], key[1], high);
    philox_block((uint32_t)(at >> 2), (uint32_t)(at >> 34), 1, 0, key[0], key[1], low);
    for (size_t l = at & 3; l < 4 && i < n; l++, i++) y[i] = (uint64_t)high[l] << 32 | low[l];
  }
}

uint64_t gk_refined_word(const uint32_t key[2], uint64_t i) {
  uint64_t word;
  gk_refined_words(key, i, 1, &word);
  return word;
}

typedef void draw_function(const uint32_t key[2], uint64_t first, float *y, size_t n);

typedef struct {
  draw_function *draw;
  uint32_t key[2];
  uint64_t first;
  float *y;
} draw_job;

static void draw_part(void *context, size_t begin, size_t end) {
  const draw_job *job = context;
  job->draw(job->key, job->first + begin, job->y + begin, end - begin);
}

enum { draw_grain = 16384 };

static inline void draw_all(
    draw_function *draw, const uint32_t key[2], uint64_t first, float *y, size_t n) {
  if (n < 2 * draw_grain) {
    draw(key, first, y, n);
    return;
  }
  draw_job job = {draw, {key[0], key[1]}, first, y};
  gk_split(n, 512, draw_grain, draw_part, &job);
}

void gk_uniform(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  draw_all(gk_current_forms()->uniform, key, first, y, n);
}
void gk_normal(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  draw_all(gk_current_forms()->normal, key, first, y, n);
}
void gk_exponential(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  draw_all(gk_current_forms()->exponential, key, first, y, n);
}
void gk_gumbel(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  draw_all(gk_current_forms()->gumbel, key, first, y, n);
}

static void bits_part(const uint32_t key[2], uint64_t first, float *y, size_t n) {
  gk_current_forms()->random_bits(key, first, (uint32_t *)(void *)y, n);
}
void gk_random_bits(const uint32_t key[2], uint64_t first, uint32_t *y, size_t n) {
  draw_all(bits_part, key, first, (float *)(void *)y, n);
}

float gk_gumbel_from_bits(uint32_t word, uint32_t refinement) {
  return gk_current_forms()->gumbel_from_bits(word, refinement);
}
float gk_exponential_from_bits(uint32_t word, uint32_t refinement) {
  return gk_current_forms()->exponential_from_bits(word, refinement);
}
