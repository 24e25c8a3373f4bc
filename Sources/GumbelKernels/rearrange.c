// Moving elements about: permutation, gather, scatter, one-hot.
#include <string.h>

#include "forms.h"

typedef struct {
  const uint32_t *x;
  uint32_t *y;
  int rank;
  size_t dims[gk_max_rank], strides[gk_max_rank];  // of y's dimensions, strides in x
} permutation;

/// Rows begin ..< end of y, a row being its last dimension.
static void permute_rows(void *context, size_t begin, size_t end) {
  const permutation *p = context;
  int last = p->rank - 1;
  size_t width = p->dims[last], stride = p->strides[last];
  size_t index[gk_max_rank], offset = 0, rest = begin;
  for (int d = last - 1; d >= 0; d--) {
    index[d] = rest % p->dims[d];
    rest /= p->dims[d];
    offset += index[d] * p->strides[d];
  }
  uint32_t *y = p->y + begin * width;
  for (size_t r = begin; r < end; r++, y += width) {
    const uint32_t *x = p->x + offset;
    if (stride == 1) memcpy(y, x, width * sizeof *y);
    else for (size_t i = 0; i < width; i++) y[i] = x[i * stride];
    for (int d = last - 1; d >= 0; d--) {
      offset += p->strides[d];
      if (++index[d] < p->dims[d]) break;
      offset -= index[d] * p->strides[d];
      index[d] = 0;
    }
  }
}

/// Transposition of the last two dimensions of y, whose columns lie next to each other in x, by
/// bands of `band` rows of y.
enum { band = 16 };

static void permute_bands(void *context, size_t begin, size_t end) {
  const permutation *p = context;
  int last = p->rank - 1;
  size_t rows = p->dims[last - 1], width = p->dims[last];
  size_t stride = p->strides[last];
  void (*transpose)(const uint32_t *, size_t, uint32_t *, size_t, size_t)
    = gk_current_forms()->transpose;
  size_t bands = (rows + band - 1) / band;
  for (size_t b = begin; b < end; b++) {
    size_t offset = 0, matrix = b / bands, rest = matrix, first = b % bands * band;
    for (int d = last - 2; d >= 0; d--) {
      offset += rest % p->dims[d] * p->strides[d];
      rest /= p->dims[d];
    }
    size_t count = rows - first < band ? rows - first : band;
    transpose(p->x + offset + first, stride, p->y + (matrix * rows + first) * width, width, count);
  }
}

void gk_permute(
    const void *x, void *y, int rank, const int64_t *x_dims, const int32_t *order) {
  size_t x_strides[gk_max_rank] = {0}, n = 1;
  for (int d = rank - 1; d >= 0; d--) {
    x_strides[d] = n;
    n *= (size_t)x_dims[d];
  }
  if (n == 0) return;
  // Dimensions of 1 are dropped, and neighbours that stay together are merged.
  permutation p = {x, y, 0, {0}, {0}};
  for (int d = 0; d < rank; d++) {
    size_t size = (size_t)x_dims[order[d]], stride = x_strides[order[d]];
    if (size == 1) continue;
    if (p.rank && p.strides[p.rank - 1] == stride * size) {
      p.dims[p.rank - 1] *= size;
      p.strides[p.rank - 1] = stride;
    } else {
      p.dims[p.rank] = size;
      p.strides[p.rank++] = stride;
    }
  }
  if (p.rank < 2) {
    memcpy(y, x, n * sizeof(uint32_t));
    return;
  }
  int last = p.rank - 1;
  if (p.strides[last] == 1 || p.strides[last - 1] != 1) {
    size_t width = p.dims[last];
    gk_split(n / width, 1, 32768 / width + 1, permute_rows, &p);
    return;
  }
  size_t rows = p.dims[last - 1], matrices = n / (rows * p.dims[last]);
  gk_split(
      matrices * ((rows + band - 1) / band), 1, 32768 / (band * p.dims[last]) + 1, permute_bands,
      &p);
}

typedef struct {
  const void *x;
  const int32_t *index;
  void *y;
  size_t width;
} row_job;

static void gather_part(void *context, size_t begin, size_t end) {
  const row_job *job = context;
  const uint32_t *x = job->x;
  uint32_t *y = job->y;
  size_t width = job->width;
  for (size_t i = begin; i < end; i++) {
    memcpy(y + i * width, x + (size_t)job->index[i] * width, width * sizeof *y);
  }
}

void gk_gather_rows(
    const void *x, const int32_t *index, void *y, size_t count, size_t width) {
  row_job job = {x, index, y, width};
  gk_split(count, 1, 32768 / (width + 1) + 1, gather_part, &job);
}

typedef struct {
  const float *x;
  const int32_t *index;
  float *y;
  size_t count, rows, width;
} scatter_job;

/// Columns begin ..< end of every row.
static void scatter_part(void *context, size_t begin, size_t end) {
  const scatter_job *job = context;
  size_t width = job->width;
  void (*add)(const float *, float *, size_t) = gk_current_forms()->add_row;
  if (end - begin == width) {
    memset(job->y, 0, job->rows * width * sizeof(float));
  } else {
    for (size_t r = 0; r < job->rows; r++) {
      memset(job->y + r * width + begin, 0, (end - begin) * sizeof(float));
    }
  }
  for (size_t i = 0; i < job->count; i++) {
    const float *x = job->x + i * width;
    float *y = job->y + (size_t)job->index[i] * width;
    add(x + begin, y + begin, end - begin);
  }
}

void gk_scatter_add_rows(
    const float *x, const int32_t *index, float *y, size_t count, size_t rows, size_t width) {
  // Divided by columns: two threads may otherwise meet in the same row.
  scatter_job job = {x, index, y, count, rows, width};
  size_t grain = 65536 / (count + rows + 1) / 64 * 64 + 64;
  gk_split(width, 16, grain, scatter_part, &job);
}

static void one_hot_part(void *context, size_t begin, size_t end) {
  const row_job *job = context;
  float *y = job->y;
  size_t width = job->width;
  memset(y + begin * width, 0, (end - begin) * width * sizeof(float));
  for (size_t i = begin; i < end; i++) {
    int32_t c = job->index[i];
    if (c >= 0 && (size_t)c < width) y[i * width + (size_t)c] = 1;
  }
}

void gk_one_hot(const int32_t *index, float *y, size_t count, size_t width) {
  row_job job = {NULL, index, y, width};
  gk_split(count, 1, 65536 / (width + 1) + 1, one_hot_part, &job);
}

size_t gk_first_outside(const int32_t *index, size_t count, int32_t limit) {
  size_t i = 0;
  // A block at a time without a branch, then the block that has one.
  for (; i + 64 <= count; i += 64) {
    int outside = 0;
    for (size_t j = i; j < i + 64; j++) outside |= (index[j] < 0) | (index[j] >= limit);
    if (outside) break;
  }
  for (; i < count; i++) {
    if (index[i] < 0 || index[i] >= limit) return i;
  }
  return count;
}
