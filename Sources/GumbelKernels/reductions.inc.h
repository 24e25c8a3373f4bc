// Sums, maxima and log-sum-exps of runs (contiguous) and of columns. The order of every sum depends
// on its length alone.

/// Sum of at most gk_sum_chunk elements: four vectors of partial sums.
static float sum_run(const float *x, size_t n) {
  vf s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
  size_t i = 0;
  for (; i + 32 <= n; i += 32) {
    s0 += load(x + i);
    s1 += load(x + i + 8);
    s2 += load(x + i + 16);
    s3 += load(x + i + 24);
  }
  for (; i + 8 <= n; i += 8) s0 += load(x + i);
  if (i < n) s1 += load_first(x + i, n - i, 0);
  return sum_lanes((s0 + s1) + (s2 + s3));
}

static float max_run(const float *x, size_t n) {
  vf m0 = splat(-INFINITY), m1 = m0;
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    m0 = larger_or_nan(m0, load(x + i));
    m1 = larger_or_nan(m1, load(x + i + 8));
  }
  for (; i + 8 <= n; i += 8) m0 = larger_or_nan(m0, load(x + i));
  if (i < n) m1 = larger_or_nan(m1, load_first(x + i, n - i, -INFINITY));
  return largest_lane_or_nan(larger_or_nan(m0, m1));
}

/// The best of eight lanes: the largest value, then the lowest index; -1 marks a lane with none.
static gk_winner best_lane(vf value, vi index) {
  gk_winner w = {-INFINITY, -1, false};
  for (int l = 0; l < 8; l++) {
    if (index[l] < 0) continue;
    if (w.index < 0 || value[l] > w.value || (value[l] == w.value && index[l] < w.index)) {
      w.value = value[l];
      w.index = index[l];
    }
  }
  return w;
}

static gk_winner argmax_run(const float *x, size_t n, int32_t first) {
  vf best = splat(-INFINITY);
  vi where = splat_int(-1);
  vi index = (vi){0, 1, 2, 3, 4, 5, 6, 7} + first;
  for (size_t i = 0; i < n; i += 8) {
    vf v = load_up_to(x + i, n - i, NAN);
    // The first entry that is not NaN counts, even -inf.
    vi better = (v > best) | ((where < 0) & (v == v));
    best = choose(better, v, best);
    where = choose_int(better, index, where);
    index += 8;
  }
  return best_lane(best, where);
}

static float sum_exp_run(const float *x, float shift, size_t n) {
  vf s0 = splat(0), s1 = s0;
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    s0 += exp_(load(x + i) - shift);
    s1 += exp_(load(x + i + 8) - shift);
  }
  for (; i < n; i += 8) s0 += exp_(load_up_to(x + i, n - i, -INFINITY) - shift);
  return sum_lanes(s0 + s1);
}

static float log_of(float x) { return log_(splat(x))[0]; }

static void log_sum_exp_rows(const float *x, float *y, size_t rows, size_t n) {
  for (size_t r = 0; r < rows; r++, x += n) {
    float top = max_run(x, n);
    // An infinite maximum is the answer, and so is NaN.
    y[r] = absolute(splat(top))[0] < INFINITY ? top + log_of(sum_exp_run(x, top, n)) : top;
  }
}

// MARK: - Columns

/// A width that does not divide into vectors: the rows are read as one run, and lane l of vector i
/// belongs to column (8 i + l) mod width, which repeats every `period` vectors.
static void sum_narrow_columns(const float *x, float *y, size_t n, size_t width) {
  size_t period = width, rows = 8;
  while (period % 2 == 0 && rows > 1) period /= 2, rows /= 2;
  vf sums[16];
  for (size_t i = 0; i < period; i++) sums[i] = splat(0);
  size_t r = 0;
  for (; r + rows <= n; r += rows, x += 8 * period) {
    for (size_t i = 0; i < period; i++) sums[i] += load(x + 8 * i);
  }
  float lanes[16 * 8];
  for (size_t i = 0; i < period; i++) store(lanes + 8 * i, sums[i]);
  for (size_t c = 0; c < width; c++) y[c] = lanes[c];
  for (size_t i = 1; i < rows; i++) {
    for (size_t c = 0; c < width; c++) y[c] += lanes[i * width + c];
  }
  for (; r < n; r++, x += width) {
    for (size_t c = 0; c < width; c++) y[c] += x[c];
  }
}

enum { rows_in_block = 256 };

static void sum_columns(const float *x, float *y, size_t n, size_t width, size_t stride) {
  if (width <= 16 && width == stride && n > 32) {
    sum_narrow_columns(x, y, n, width);
    return;
  }
  size_t c = 0;
  for (; c + 32 <= width; c += 32) {
    vf total[4] = {splat(0), splat(0), splat(0), splat(0)};
    for (size_t r = 0; r < n;) {
      size_t end = n - r < rows_in_block ? n : r + rows_in_block;
      vf s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
      for (; r < end; r++) {
        const float *p = x + r * stride + c;
        s0 += load(p), s1 += load(p + 8), s2 += load(p + 16), s3 += load(p + 24);
      }
      total[0] += s0, total[1] += s1, total[2] += s2, total[3] += s3;
    }
    for (int i = 0; i < 4; i++) store(y + c + 8 * i, total[i]);
  }
  for (; c < width; c += 8) {
    vf total = splat(0);
    for (size_t r = 0; r < n;) {
      size_t end = n - r < rows_in_block ? n : r + rows_in_block;
      vf s = splat(0);
      for (; r < end; r++) s += load_up_to(x + r * stride + c, width - c, 0);
      total += s;
    }
    store_up_to(y + c, total, width - c);
  }
}

static void max_columns(const float *x, float *y, size_t n, size_t width, size_t stride) {
  for (size_t c = 0; c < width; c += 8) {
    vf m = splat(-INFINITY);
    for (size_t r = 0; r < n; r++) {
      m = larger_or_nan(m, load_up_to(x + r * stride + c, width - c, 0));
    }
    store_up_to(y + c, m, width - c);
  }
}

static void argmax_columns(const float *x, int32_t *y, size_t n, size_t width, size_t stride) {
  for (size_t c = 0; c < width; c += 8) {
    vf best = splat(-INFINITY);
    vi where = splat_int(-1);
    for (size_t r = 0; r < n; r++) {
      vf v = load_up_to(x + r * stride + c, width - c, 0);
      vi better = (v > best) | ((where < 0) & (v == v));
      best = choose(better, v, best);
      where = choose_int(better, splat_int((int32_t)r), where);
    }
    store_up_to((float *)(y + c), (vf)where, width - c);
  }
}

static void log_sum_exp_columns(
    const float *x, float *y, size_t n, size_t width, size_t stride) {
  for (size_t c = 0; c < width; c += 8) {
    vf top = splat(-INFINITY);
    for (size_t r = 0; r < n; r++) {
      top = larger_or_nan(top, load_up_to(x + r * stride + c, width - c, 0));
    }
    vf sum = splat(0);
    for (size_t r = 0; r < n; r++) {
      sum += exp_(load_up_to(x + r * stride + c, width - c, 0) - top);
    }
    vf result = choose(absolute(top) < INFINITY, top + log_(sum), top);
    store_up_to(y + c, result, width - c);
  }
}
