// Reductions over [outer, n, inner]: which loop, and how the work is divided. Where partial results
// are combined, their number and order depend on the sizes alone.
#include <math.h>

#include "forms.h"

typedef struct {
  const float *x;
  float *y;
  size_t n, inner;
  void (*rows)(const gk_forms *f, const float *x, float *y, size_t rows, size_t n);
  void (*columns)(
      const gk_forms *f, const float *x, float *y, size_t n, size_t width, size_t stride);
} reduction;

static size_t grain_of(size_t cost) { return cost >= 32768 ? 1 : 32768 / (cost + 1) + 1; }

static void reduce_rows(void *context, size_t begin, size_t end) {
  const reduction *r = context;
  r->rows(gk_current_forms(), r->x + begin * r->n, r->y + begin, end - begin, r->n);
}

static void reduce_slabs(void *context, size_t begin, size_t end) {
  const reduction *r = context;
  for (size_t i = begin; i < end; i++) {
    r->columns(
        gk_current_forms(), r->x + i * r->n * r->inner, r->y + i * r->inner, r->n, r->inner,
        r->inner);
  }
}

static void reduce_columns(void *context, size_t begin, size_t end) {
  const reduction *r = context;
  r->columns(gk_current_forms(), r->x + begin, r->y + begin, r->n, end - begin, r->inner);
}

/// Every row by itself, or every slab of columns; one slab alone is divided by columns.
static void reduce(reduction *r, size_t outer, size_t weight) {
  if (outer == 0) return;
  if (r->inner == 1) {
    gk_split(outer, 1, grain_of(r->n * weight), reduce_rows, r);
  } else if (outer > 1) {
    gk_split(outer, 1, grain_of(r->n * r->inner * weight), reduce_slabs, r);
  } else if (r->inner >= 64) {
    gk_split(r->inner, 32, grain_of(r->n * weight) / 32 * 32 + 32, reduce_columns, r);
  } else {
    reduce_columns(r, 0, r->inner);
  }
}

/// Parts of a long run: at most 1024 of them, each a multiple of gk_sum_chunk long.
enum { most_parts = 1024 };

static size_t part_length(size_t n) {
  size_t chunks = (n + gk_sum_chunk - 1) / gk_sum_chunk;
  return (chunks + most_parts - 1) / most_parts * gk_sum_chunk;
}

typedef struct {
  const float *x;
  size_t n, part;
  float shift;
  double sums[most_parts];
  float maxima[most_parts];
} long_run;

static size_t part_size(const long_run *run, size_t index) {
  size_t begin = index * run->part;
  return run->n - begin < run->part ? run->n - begin : run->part;
}

// MARK: - Sum

static double sum_of_run(const gk_forms *f, const float *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i += gk_sum_chunk) {
    sum += f->sum_run(x + i, n - i < gk_sum_chunk ? n - i : gk_sum_chunk);
  }
  return sum;
}

static void sum_part(void *context, size_t index) {
  long_run *run = context;
  run->sums[index] =
      sum_of_run(gk_current_forms(), run->x + index * run->part, part_size(run, index));
}

static bool is_narrow(size_t n) { return n >= 1 && n <= gk_narrow_limit; }

static void sum_rows(const gk_forms *f, const float *x, float *y, size_t rows, size_t n) {
  if (is_narrow(n)) {
    f->narrow_rows(x, y, rows, n, gk_narrow_sum);
    return;
  }
  for (size_t r = 0; r < rows; r++, x += n) {
    y[r] = n <= gk_sum_chunk ? f->sum_run(x, n) : (float)sum_of_run(f, x, n);
  }
}

static void sum_long_run(const float *x, float *y, size_t n) {
  long_run run = {.x = x, .n = n, .part = part_length(n)};
  size_t parts = (n + run.part - 1) / run.part;
  gk_parallel_for(parts, sum_part, &run);
  double sum = 0;
  for (size_t i = 0; i < parts; i++) sum += run.sums[i];
  *y = (float)sum;
}

static void sum_columns(
    const gk_forms *f, const float *x, float *y, size_t n, size_t width, size_t stride) {
  f->sum_columns(x, y, n, width, stride);
}

typedef struct {
  const float *x;
  size_t n, inner, part;
  float partial[gk_partial_floats];
} column_parts;

static void sum_column_part(void *context, size_t index) {
  column_parts *c = context;
  size_t begin = index * c->part, rows = c->n - begin < c->part ? c->n - begin : c->part;
  gk_current_forms()->sum_columns(
      c->x + begin * c->inner, c->partial + index * c->inner, rows, c->inner, c->inner);
}

/// Many rows of few columns: the rows are divided.
static void sum_tall(const float *x, float *y, size_t n, size_t inner, size_t parts) {
  column_parts c;
  c.x = x, c.n = n, c.inner = inner, c.part = (n + parts - 1) / parts;
  parts = (n + c.part - 1) / c.part;
  gk_parallel_for(parts, sum_column_part, &c);
  for (size_t i = 0; i < inner; i++) {
    float sum = c.partial[i];
    for (size_t p = 1; p < parts; p++) sum += c.partial[p * inner + i];
    y[i] = sum;
  }
}

void gk_sum(const float *x, float *y, size_t outer, size_t n, size_t inner) {
  if (inner == 1 && n > 16 * gk_sum_chunk && outer < 4) {
    for (size_t o = 0; o < outer; o++) sum_long_run(x + o * n, y + o, n);
    return;
  }
  if (outer == 1 && inner > 1) {
    size_t parts = gk_parts_of_rows(n, inner);
    if (parts > 1) {
      sum_tall(x, y, n, inner, parts);
      return;
    }
  }
  reduction r = {x, y, n, inner, sum_rows, sum_columns};
  reduce(&r, outer, 1);
}

// MARK: - Maximum

static void max_rows(const gk_forms *f, const float *x, float *y, size_t rows, size_t n) {
  if (is_narrow(n)) {
    f->narrow_rows(x, y, rows, n, gk_narrow_max);
    return;
  }
  for (size_t r = 0; r < rows; r++) y[r] = f->max_run(x + r * n, n);
}

static void max_columns(
    const gk_forms *f, const float *x, float *y, size_t n, size_t width, size_t stride) {
  f->max_columns(x, y, n, width, stride);
}

static void max_part(void *context, size_t index) {
  long_run *run = context;
  run->maxima[index] =
      gk_current_forms()->max_run(run->x + index * run->part, part_size(run, index));
}

static float max_of_long_run(long_run *run, size_t parts) {
  gk_parallel_for(parts, max_part, run);
  return gk_current_forms()->max_run(run->maxima, parts);
}

void gk_max(const float *x, float *y, size_t outer, size_t n, size_t inner) {
  if (inner == 1 && n > 16 * gk_sum_chunk && outer < 4) {
    for (size_t o = 0; o < outer; o++) {
      long_run run = {.x = x + o * n, .n = n, .part = part_length(n)};
      y[o] = max_of_long_run(&run, (n + run.part - 1) / run.part);
    }
    return;
  }
  reduction r = {x, y, n, inner, max_rows, max_columns};
  reduce(&r, outer, 1);
}

// MARK: - Index of the maximum

static void argmax_rows(const gk_forms *f, const float *x, float *y, size_t rows, size_t n) {
  if (is_narrow(n)) {
    f->narrow_rows(x, y, rows, n, gk_narrow_argmax);
    return;
  }
  int32_t *index = (int32_t *)(void *)y;
  for (size_t r = 0; r < rows; r++) index[r] = f->argmax_run(x + r * n, n, 0).index;
}

static void argmax_columns(
    const gk_forms *f, const float *x, float *y, size_t n, size_t width, size_t stride) {
  f->argmax_columns(x, (int32_t *)(void *)y, n, width, stride);
}

void gk_argmax(const float *x, int32_t *y, size_t outer, size_t n, size_t inner) {
  reduction r = {x, (float *)(void *)y, n, inner, argmax_rows, argmax_columns};
  reduce(&r, outer, 1);
}

// MARK: - Log-sum-exp

static void log_sum_exp_rows(
    const gk_forms *f, const float *x, float *y, size_t rows, size_t n) {
  if (is_narrow(n)) f->narrow_rows(x, y, rows, n, gk_narrow_log_sum_exp);
  else f->log_sum_exp_rows(x, y, rows, n);
}

static void log_sum_exp_columns(
    const gk_forms *f, const float *x, float *y, size_t n, size_t width, size_t stride) {
  f->log_sum_exp_columns(x, y, n, width, stride);
}

static void sum_exp_part(void *context, size_t index) {
  long_run *run = context;
  const float *x = run->x + index * run->part;
  size_t n = part_size(run, index);
  double sum = 0;
  for (size_t i = 0; i < n; i += gk_sum_chunk) {
    size_t length = n - i < gk_sum_chunk ? n - i : gk_sum_chunk;
    sum += gk_current_forms()->sum_exp_run(x + i, run->shift, length);
  }
  run->sums[index] = sum;
}

void gk_log_sum_exp(const float *x, float *y, size_t outer, size_t n, size_t inner) {
  if (inner == 1 && n > 16 * gk_sum_chunk) {
    for (size_t o = 0; o < outer; o++) {
      long_run run = {.x = x + o * n, .n = n, .part = part_length(n)};
      size_t parts = (n + run.part - 1) / run.part;
      y[o] = run.shift = max_of_long_run(&run, parts);
      if (!isfinite(run.shift)) continue;
      gk_parallel_for(parts, sum_exp_part, &run);
      double sum = 0;
      for (size_t i = 0; i < parts; i++) sum += run.sums[i];
      y[o] = run.shift + gk_current_forms()->log((float)sum);
    }
    return;
  }
  reduction r = {x, y, n, inner, log_sum_exp_rows, log_sum_exp_columns};
  reduce(&r, outer, 8);
}
