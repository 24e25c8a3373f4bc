// Recurrent cells, divided among the threads where they are large.
#include "forms.h"

typedef struct {
  const float *x, *u, *c, *c_new, *gh, *gc;
  const int32_t *index;
  float *out, *out2, *gates;
  size_t width;
} lstm_job;

static size_t step_grain(size_t width) { return 16384 / (width * 10 + 1) + 1; }

static void lstm_part(void *context, size_t begin, size_t end) {
  const lstm_job *j = context;
  size_t w = j->width, at = begin * w;
  gk_current_forms()->lstm(
      j->index ? j->x : j->x + 4 * at, j->index ? j->index + begin : NULL, j->u + 4 * at, j->c + at, j->out + at, j->out2 + at,
      j->gates ? j->gates + 4 * at : NULL, end - begin, w);
}

void gk_lstm(
    const float *x, const int32_t *index, const float *u, const float *c, float *h_out,
    float *c_out, float *gates, size_t rows, size_t width) {
  lstm_job job = {.x = x, .index = index, .u = u, .c = c, .out = h_out, .out2 = c_out, .gates = gates,
                  .width = width};
  gk_split(rows, 1, step_grain(width), lstm_part, &job);
}

static void lstm_pullback_part(void *context, size_t begin, size_t end) {
  const lstm_job *j = context;
  size_t w = j->width, at = begin * w;
  gk_current_forms()->lstm_pullback(
      j->x + 4 * at, j->c + at, j->c_new + at, j->gh + at, j->gc + at, j->gates + 4 * at,
      j->out + at, end - begin, w);
}

void gk_lstm_pullback(
    const float *gates, const float *c, const float *c_out, const float *gh, const float *gc,
    float *d_gates, float *dc, size_t rows, size_t width) {
  lstm_job job = {.x = gates, .c = c, .c_new = c_out, .gh = gh, .gc = gc, .gates = d_gates,
                  .out = dc, .width = width};
  gk_split(rows, 1, step_grain(width), lstm_pullback_part, &job);
}

typedef struct {
  const float *x, *u, *a, *h, *kept, *gh;
  float *out, *keep, *dx, *du;
  size_t width;
} gru_job;

static void gru_part(void *context, size_t begin, size_t end) {
  const gru_job *j = context;
  size_t w = j->width, at = begin * w;
  gk_current_forms()->gru(
      j->x + 3 * at, j->u + 3 * at, j->a, j->h + at, j->out + at, j->keep ? j->keep + 4 * at : NULL,
      end - begin, w);
}

void gk_gru(
    const float *x, const float *u, const float *a, const float *h, float *h_out, float *kept,
    size_t rows, size_t width) {
  gru_job job = {.x = x, .u = u, .a = a, .h = h, .out = h_out, .keep = kept, .width = width};
  gk_split(rows, 1, step_grain(width), gru_part, &job);
}

static void gru_pullback_part(void *context, size_t begin, size_t end) {
  const gru_job *j = context;
  size_t w = j->width, at = begin * w;
  gk_current_forms()->gru_pullback(
      j->kept + 4 * at, j->h + at, j->gh + at, j->dx + 3 * at, j->du + 3 * at, j->out + at,
      end - begin, w);
}

void gk_gru_pullback(
    const float *kept, const float *h, const float *gh, float *dx, float *du, float *dh,
    size_t rows, size_t width) {
  gru_job job = {.kept = kept, .h = h, .gh = gh, .dx = dx, .du = du, .out = dh, .width = width};
  gk_split(rows, 1, step_grain(width), gru_pullback_part, &job);
}
