// Recurrent cells, divided among the threads where they are large.
#include "forms.h"

typedef struct {
  const float *x, *u, *c, *c_new, *gh, *gc;
  float *out, *out2, *gates;
  size_t width;
} lstm_job;

static size_t lstm_grain(size_t width) { return 16384 / (width * 10 + 1) + 1; }

static void lstm_part(void *context, size_t begin, size_t end) {
  const lstm_job *j = context;
  size_t w = j->width, at = begin * w;
  gk_current_forms()->lstm(
      j->x + 4 * at, j->u + 4 * at, j->c + at, j->out + at, j->out2 + at, j->gates + 4 * at,
      end - begin, w);
}

void gk_lstm(
    const float *x, const float *u, const float *c, float *h_out, float *c_out, float *gates,
    size_t rows, size_t width) {
  lstm_job job = {.x = x, .u = u, .c = c, .out = h_out, .out2 = c_out, .gates = gates,
                  .width = width};
  gk_split(rows, 1, lstm_grain(width), lstm_part, &job);
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
  gk_split(rows, 1, lstm_grain(width), lstm_pullback_part, &job);
}
