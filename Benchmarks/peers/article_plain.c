// The article's experiment in plain C, on one core: vectorised noise, and loops over samples and
// numbers for the rest, as one would first write it. article.c says what the experiment is.
//
//   cc -O3 -mavx2 -mfma -o article_plain article_plain.c -lm
#include "avx2.h"
#include "protocol.h"

#include <math.h>
#include <xmmintrin.h>

enum { K = 5, BATCH = 10, EPOCHS = 200, BATCHES = 100, GENERATOR_STEPS = 10, PARAMETERS = K + 1 };

static const float temperature = 0.001f;
static const float learning_rate = 0.0007f;

// Parameters 0...4 are the logits or weights, 5 is the discriminator's bias.
typedef struct {
  float value[PARAMETERS], mean[PARAMETERS], square[PARAMETERS];
  double decay1, decay2;
} player;

static void adam(player *p, const float *gradient, int count) {
  p->decay1 *= 0.9;
  p->decay2 *= 0.999;
  float rate = (float)(learning_rate / (1 - p->decay1));
  float scale = (float)(1 / sqrt(1 - p->decay2));
  for (int i = 0; i < count; i++) {
    p->mean[i] += 0.1f * (gradient[i] - p->mean[i]);
    p->square[i] += 0.001f * (gradient[i] * gradient[i] - p->square[i]);
    p->value[i] -= rate * p->mean[i] / (sqrtf(p->square[i]) * scale + 1e-8f);
  }
}

static float sigmoid(float x) { return 1 / (1 + expf(-x)); }

// Relaxed samples of a batch; `step` numbers the noise.
static void draw(float y[BATCH][K], const float *logits, uint64_t step, uint64_t key) {
  float noise[2 * GROUP];
  gumbel_group(noise, 2 * step, key);
  gumbel_group(noise + GROUP, 2 * step + 1, key);
  for (int i = 0; i < BATCH; i++) {
    float highest = -INFINITY, sum = 0;
    for (int k = 0; k < K; k++) {
      y[i][k] = logits[k] + noise[K * i + k];
      if (y[i][k] > highest) highest = y[i][k];
    }
    for (int k = 0; k < K; k++) sum += y[i][k] = expf((y[i][k] - highest) / temperature);
    for (int k = 0; k < K; k++) y[i][k] /= sum;
  }
}

static float judge(const player *d, const float *y) {
  float sum = d->value[K];
  for (int k = 0; k < K; k++) sum += d->value[k] * y[k];
  return sum;
}

static void discriminator_step(player *d, const player *g, uint64_t step, uint64_t key) {
  float gradient[PARAMETERS] = {0}, y[BATCH][K], uniforms[GROUP];
  __m256 u[4];
  uniform_group(u, step, ~key);
  for (int i = 0; i < 4; i++) _mm256_storeu_ps(uniforms + 8 * i, u[i]);
  draw(y, g->value, step, key);
  for (int i = 0; i < BATCH; i++) {
    int real = uniforms[i] < 0.1f ? 2 : uniforms[i] < 0.4f ? 3 : 4;
    float slope = -sigmoid(-(d->value[real] + d->value[K])) / BATCH;
    gradient[real] += slope;
    gradient[K] += slope;
    slope = sigmoid(judge(d, y[i])) / BATCH;
    for (int k = 0; k < K; k++) gradient[k] += slope * y[i][k];
    gradient[K] += slope;
  }
  adam(d, gradient, PARAMETERS);
}

static void generator_step(player *g, const player *d, uint64_t step, uint64_t key) {
  float gradient[K] = {0}, y[BATCH][K];
  draw(y, g->value, step, key);
  for (int i = 0; i < BATCH; i++) {
    float output = judge(d, y[i]), dot = output - d->value[K];
    float slope = -sigmoid(-output) / (BATCH * temperature);
    for (int k = 0; k < K; k++) gradient[k] += slope * y[i][k] * (d->value[k] - dot);
  }
  adam(g, gradient, K);
}

static void learn(float history[EPOCHS][K], uint64_t key) {
  player g = {.value = {1, 1, 1, 1, 1, 0}, .decay1 = 1, .decay2 = 1};
  player d = {.decay1 = 1, .decay2 = 1};
  for (int k = 0; k < K; k++) d.value[k] = 0.2f * (float)(k % 3) - 0.2f;
  uint64_t step = 0;
  for (int epoch = 0; epoch < EPOCHS; epoch++) {
    for (int i = 0; i < BATCHES; i++) {
      discriminator_step(&d, &g, step++, key);
      for (int s = 0; s < GENERATOR_STEPS; s++) generator_step(&g, &d, step++, key);
    }
    float sum = 0;
    for (int k = 0; k < K; k++) sum += history[epoch][k] = expf(g.value[k]);
    for (int k = 0; k < K; k++) history[epoch][k] /= sum;
  }
}

int main(int argc, char **argv) {
  // Denormals, which the softmax at this temperature could produce, are slow and mean nothing.
  _mm_setcsr(_mm_getcsr() | 0x8040);
  static float history[EPOCHS][K];
  int repeat = repeat_count(argc, argv, 10);
  double *seconds = malloc(sizeof(double) * (size_t)repeat);
  if (!seconds) return 1;
  learn(history, 0);
  for (int i = 0; i < repeat; i++) {
    double start = now();
    learn(history, (uint64_t)i + 1);
    seconds[i] = now() - start;
  }
  const float *p = history[EPOCHS - 1];
  char check[128];
  snprintf(
      check, sizeof check, "{\"probabilities\": [%.4f, %.4f, %.4f, %.4f, %.4f]}", p[0], p[1], p[2],
      p[3], p[4]);
  report("article", "plain", "run", seconds, repeat, check);
  free(seconds);
}
