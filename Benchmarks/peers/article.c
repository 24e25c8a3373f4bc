// The article's experiment by hand, on one core: the floor for workload article. (article_plain.c
// is the same as one would first write it.)
//
//   cc -O3 -mavx2 -mfma -o article article.c -lm
//
// A stream of numbers below 5 with probabilities 0, 0, 0.1, 0.3, 0.6; a generator of 5 logits,
// ones at first, whose relaxed one-hot samples have temperature 0.001; a discriminator of one
// dense layer 5 -> 1. Batches of 10, sigmoid cross-entropy, Adam at 0.0007 for each player. 200
// epochs of 100 batches, each of one discriminator step and ten generator steps: 220,000 steps.
//
// Samples stand in the lanes of a vector, ten in two of them; numbers 0...4 are five such pairs.
// A batch of steps needs 550 Gumbel values and 10 uniforms for the stream, which 18 groups of
// random bits provide. They are drawn while the steps before run, since a step is a chain of
// dependent operations which leaves most of the processor idle.
#include "avx2.h"
#include "protocol.h"

#include <math.h>
#include <xmmintrin.h>

enum {
  CLASSES = 5,
  BATCH = 10,
  EPOCHS = 200,
  BATCHES = 100,
  GENERATOR_STEPS = 10,
  STEP_VALUES = CLASSES * BATCH,
  GROUPS = 18,  // of 32 random values, for the 11 steps of one batch
};

static const float temperature = 0.001f;
static const float learningRate = 0.0007f;

// The 550 Gumbel values of a batch of steps, then its uniforms. Reads of eight lanes where two are
// samples run past the former into the latter.
typedef struct {
  float value[GROUPS * GROUP] __attribute__((aligned(32)));
} Noise;

enum { UNIFORMS = 17 * GROUP + 8 };

static inline void draw_group(Noise *noise, int group, uint64_t batch, uint64_t key) {
  uint64_t index = batch * GROUPS + (uint64_t)group;
  float *value = noise->value + GROUP * group;
  if (group < GROUPS - 1) {
    gumbel_group(value, index, key);
  } else {
    __m256 uniforms[4];
    uniform_group(uniforms, index, key);
    _mm256_store_ps(value, gumbel_ps(uniforms[0]));
    for (int i = 1; i < 4; i++) _mm256_store_ps(value + 8 * i, uniforms[i]);
  }
}

// One player's Adam state. Lanes past its parameters stay 0.
typedef struct {
  __m256 value, mean, square;
  double decay1, decay2;  // beta1^t, beta2^t
} Parameters;

static inline void adam(Parameters *p, __m256 gradient) {
  const __m256 beta1 = _mm256_set1_ps(0.9f), beta2 = _mm256_set1_ps(0.999f);
  p->decay1 *= 0.9;
  p->decay2 *= 0.999;
  __m256 rate = _mm256_set1_ps((float)(learningRate / (1 - p->decay1)));
  __m256 scale = _mm256_set1_ps((float)(1 / sqrt(1 - p->decay2)));
  __m256 square = _mm256_mul_ps(gradient, gradient);
  p->mean = _mm256_fmadd_ps(beta1, _mm256_sub_ps(p->mean, gradient), gradient);
  p->square = _mm256_fmadd_ps(beta2, _mm256_sub_ps(p->square, square), square);
  __m256 root = _mm256_fmadd_ps(_mm256_sqrt_ps(p->square), scale, _mm256_set1_ps(1e-8f));
  p->value = _mm256_fnmadd_ps(rate, _mm256_div_ps(p->mean, root), p->value);
}

static inline __m256 lane(__m256 vector, int index) {
  return _mm256_permutevar8x32_ps(vector, _mm256_set1_epi32(index));
}

// 1 in the lanes of the ten samples, 0 past them.
static inline __m256 used(int half) {
  return half == 0 ? _mm256_set1_ps(1) : _mm256_setr_ps(1, 1, 0, 0, 0, 0, 0, 0);
}

// Sums over all lanes of six vectors, in lanes 0...5.
static inline __m256 sums(const __m256 v[6]) {
  __m256 a = _mm256_hadd_ps(_mm256_hadd_ps(v[0], v[1]), _mm256_hadd_ps(v[2], v[3]));
  __m256 b = _mm256_hadd_ps(_mm256_hadd_ps(v[4], v[5]), _mm256_setzero_ps());
  return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
}

static inline __m256 sigmoid(__m256 x) {
  __m256 one = _mm256_set1_ps(1);
  __m256 e = exp_ps(_mm256_min_ps(_mm256_sub_ps(_mm256_setzero_ps(), x), _mm256_set1_ps(80)));
  return _mm256_div_ps(one, _mm256_add_ps(one, e));
}

// Relaxed one-hot samples y (by number) of eight lanes, and the discriminator's weights . y.
static inline __m256 relaxed(
    __m256 y[CLASSES], __m256 logits, __m256 weights, const float *noise, int half) {
  __m256 inverse = _mm256_set1_ps(1 / temperature);
  for (int k = 0; k < CLASSES; k++) {
    y[k] = _mm256_add_ps(lane(logits, k), _mm256_loadu_ps(noise + BATCH * k + 8 * half));
  }
  __m256 highest = _mm256_max_ps(
      _mm256_max_ps(_mm256_max_ps(y[0], y[1]), _mm256_max_ps(y[2], y[3])), y[4]);
  for (int k = 0; k < CLASSES; k++) {
    y[k] = exp_ps(_mm256_mul_ps(_mm256_sub_ps(y[k], highest), inverse));
  }
  __m256 sum = _mm256_add_ps(
      _mm256_add_ps(_mm256_add_ps(y[0], y[1]), _mm256_add_ps(y[2], y[3])), y[4]);
  __m256 normalizer = _mm256_div_ps(_mm256_set1_ps(1), sum);
  __m256 dot = _mm256_mul_ps(lane(weights, 0), y[0]);
  for (int k = 1; k < CLASSES; k++) dot = _mm256_fmadd_ps(lane(weights, k), y[k], dot);
  for (int k = 0; k < CLASSES; k++) y[k] = _mm256_mul_ps(y[k], normalizer);
  return _mm256_mul_ps(dot, normalizer);
}

// mean softplus(-D(real)) + mean softplus(D(fake)). Weights in lanes 0...4, the bias in lane 5.
static inline void discriminator_step(Parameters *d, __m256 logits, const Noise *noise) {
  __m256 gradient[6];
  for (int k = 0; k < 6; k++) gradient[k] = _mm256_setzero_ps();
  for (int half = 0; half < 2; half++) {
    // Real: D depends on the number alone. Uniforms below 0.1 are a 2, below 0.4 a 3, others a 4.
    __m256 u = _mm256_loadu_ps(noise->value + UNIFORMS + 8 * half);
    __m256 is2 = _mm256_cmp_ps(u, _mm256_set1_ps(0.1f), _CMP_LT_OQ);
    __m256 below4 = _mm256_cmp_ps(u, _mm256_set1_ps(0.4f), _CMP_LT_OQ);
    __m256 weight = _mm256_blendv_ps(lane(d->value, 4), lane(d->value, 3), below4);
    weight = _mm256_blendv_ps(weight, lane(d->value, 2), is2);
    __m256 output = _mm256_add_ps(weight, lane(d->value, 5));
    __m256 slope = sigmoid(_mm256_sub_ps(_mm256_setzero_ps(), output));
    slope = _mm256_mul_ps(slope, _mm256_mul_ps(used(half), _mm256_set1_ps(-1.0f / BATCH)));
    __m256 slope2 = _mm256_and_ps(is2, slope);
    __m256 slope3 = _mm256_andnot_ps(is2, _mm256_and_ps(below4, slope));
    gradient[2] = _mm256_add_ps(gradient[2], slope2);
    gradient[3] = _mm256_add_ps(gradient[3], slope3);
    gradient[4] = _mm256_add_ps(gradient[4], _mm256_andnot_ps(below4, slope));
    gradient[5] = _mm256_add_ps(gradient[5], slope);

    __m256 y[CLASSES];
    output = _mm256_add_ps(relaxed(y, logits, d->value, noise->value, half), lane(d->value, 5));
    slope = _mm256_mul_ps(
        sigmoid(output), _mm256_mul_ps(used(half), _mm256_set1_ps(1.0f / BATCH)));
    for (int k = 0; k < CLASSES; k++) gradient[k] = _mm256_fmadd_ps(slope, y[k], gradient[k]);
    gradient[5] = _mm256_add_ps(gradient[5], slope);
  }
  adam(d, sums(gradient));
}

// mean softplus(-D(fake)), through y = softmax((logits + noise) / t):
// d loss / d logit k = -mean(sigmoid(-D) y_k (w_k - w . y)) / t.
static inline void generator_step(Parameters *g, __m256 d, const float *noise) {
  __m256 gradient[6];
  for (int half = 0; half < 2; half++) {
    __m256 y[CLASSES];
    __m256 dot = relaxed(y, g->value, d, noise, half);
    __m256 slope = sigmoid(_mm256_sub_ps(_mm256_setzero_ps(), _mm256_add_ps(dot, lane(d, 5))));
    slope = _mm256_mul_ps(
        slope, _mm256_mul_ps(used(half), _mm256_set1_ps(-1 / (BATCH * temperature))));
    for (int k = 0; k < CLASSES; k++) {
      __m256 pull = _mm256_mul_ps(_mm256_sub_ps(lane(d, k), dot), y[k]);
      gradient[k] = half == 0 ? _mm256_mul_ps(slope, pull)
                              : _mm256_fmadd_ps(slope, pull, gradient[k]);
    }
  }
  gradient[5] = _mm256_setzero_ps();
  adam(g, sums(gradient));
}

static void softmax(float *probabilities, __m256 logits) {
  float e[8], sum = 0;
  _mm256_storeu_ps(e, logits);
  for (int k = 0; k < CLASSES; k++) sum += e[k] = expf(e[k]);
  for (int k = 0; k < CLASSES; k++) probabilities[k] = e[k] / sum;
}

static void learn(float history[EPOCHS][CLASSES], uint64_t key) {
  static Noise noise[2];
  Parameters generator = {.decay1 = 1, .decay2 = 1}, discriminator = generator;
  generator.value = _mm256_setr_ps(1, 1, 1, 1, 1, 0, 0, 0);
  // Glorot: uniform in +-sqrt(6 / (5 + 1)); bias 0. The key's complement is a stream of its own.
  __m256 uniforms[4];
  uniform_group(uniforms, 0, ~key);
  __m256 glorot = _mm256_fmadd_ps(uniforms[0], _mm256_set1_ps(2), _mm256_set1_ps(-1));
  discriminator.value = _mm256_blend_ps(_mm256_setzero_ps(), glorot, 0x1F);

  for (int group = 0; group < GROUPS; group++) draw_group(&noise[0], group, 0, key);
  uint64_t batch = 0;
  for (int epoch = 0; epoch < EPOCHS; epoch++) {
    for (int i = 0; i < BATCHES; i++, batch++) {
      const Noise *current = &noise[batch % 2];
      Noise *next = &noise[(batch + 1) % 2];
      discriminator_step(&discriminator, generator.value, current);
      for (int step = 1; step <= GENERATOR_STEPS; step++) {
        generator_step(&generator, discriminator.value, current->value + STEP_VALUES * step);
        if (step == GENERATOR_STEPS) continue;
        draw_group(next, 2 * step - 2, batch + 1, key);
        draw_group(next, 2 * step - 1, batch + 1, key);
      }
    }
    softmax(history[epoch], generator.value);
  }
}

int main(int argc, char **argv) {
  // Denormals, which the softmax at this temperature could produce, are slow and mean nothing.
  _mm_setcsr(_mm_getcsr() | 0x8040);
  static float history[EPOCHS][CLASSES];
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
  report("article", "tuned", "run", seconds, repeat, check);
  free(seconds);
}
