// Softmax and its relatives on the rows of a [rows, k] matrix.
//
// Rows of up to 16 go eight at a time, one a lane: their elements are transposed on the way in and
// out, and everything between is vertical. Longer rows go one at a time.

enum { narrow_limit = gk_narrow_limit };

/// Eight rows of at most narrow_limit elements, transposed: t[c] holds element c of each.
/// `rows` < 8 where fewer are left; the other lanes are then 0.
/// `slack`: whether a whole vector may be read from the start of the last row, or of its half.
INLINE void load_group(const float *x, size_t rows, size_t k, bool slack, vf *t) {
  vf r[8];
  // Whole vectors run over into the next rows, from row 6 at most to the end of row 7.
  bool direct = rows == 8 && (slack || k >= 4);
  size_t low = k < 8 ? k : 8;
  if (direct) {
    for (size_t i = 0; i < 7; i++) r[i] = load(x + i * k);
    r[7] = slack ? load(x + 7 * k) : load_up_to(x + 7 * k, low, 0);
  } else {
    for (size_t i = 0; i < 8; i++) r[i] = i < rows ? load_up_to(x + i * k, low, 0) : splat(0);
  }
  transpose8(r);
  for (int i = 0; i < 8; i++) t[i] = r[i];
  if (k <= 8) return;
  if (direct) {
    for (size_t i = 0; i < 7; i++) r[i] = load(x + i * k + 8);
    r[7] = slack ? load(x + 7 * k + 8) : load_up_to(x + 7 * k + 8, k - 8, 0);
  } else {
    for (size_t i = 0; i < 8; i++) {
      r[i] = i < rows ? load_up_to(x + i * k + 8, k - 8, 0) : splat(0);
    }
  }
  transpose8(r);
  for (int i = 0; i < 8; i++) t[8 + i] = r[i];
}

/// The reverse. Whole vectors are stored in ascending order, each overwriting the excess of the one
/// before; nothing beyond the rows is touched, so y may be the memory of an operand.
INLINE void store_group(float *y, size_t rows, size_t k, const vf *t) {
  // With fewer than 4 columns the excess of row 6 would pass the end.
  bool direct = rows == 8 && k >= 4;
  vf low[8], high[8];
  for (int i = 0; i < 8; i++) low[i] = t[i];
  transpose8(low);
  if (k <= 8) {
    if (direct) {
      for (size_t i = 0; i < 7; i++) store(y + i * k, low[i]);
      store_up_to(y + 7 * k, low[7], k);
      return;
    }
    for (size_t i = 0; i < 8; i++) {
      if (i < rows) store_up_to(y + i * k, low[i], k);
    }
    return;
  }
  for (int i = 0; i < 8; i++) high[i] = t[8 + i];
  transpose8(high);
  if (direct) {
    for (size_t i = 0; i < 7; i++) {
      store(y + i * k, low[i]);
      store(y + i * k + 8, high[i]);
    }
    store(y + 7 * k, low[7]);
    store_up_to(y + 7 * k + 8, high[7], k - 8);
    return;
  }
  for (size_t i = 0; i < 8; i++) {
    if (i >= rows) break;
    store(y + i * k, low[i]);
    store_up_to(y + i * k + 8, high[i], k - 8);
  }
}

INLINE size_t group_rows(size_t r, size_t rows) { return rows - r < 8 ? rows - r : 8; }
/// Whether load_group may read whole vectors in the group at row r.
INLINE bool group_slack(size_t r, size_t rows, size_t k) {
  return rows - r > 8 && (rows - r - 8) * k >= 8;
}

INLINE vf group_max(const vf *t, size_t k) {
  vf m = t[0];
  for (size_t c = 1; c < k; c++) m = larger_or_nan(m, t[c]);
  return m;
}

/// y = (x - mean) / sqrt(variance + epsilon), and what the differences were multiplied by.
static void standardise_rows(
    const float *x, float *y, float *scale, float epsilon, size_t rows, size_t k) {
  for (size_t r = 0; r < rows; r++, x += k, y += k) {
    float mean = sum_run(x, k) / (float)k;
    vf s0 = splat(0), s1 = s0;
    size_t i = 0;
    for (; i + 16 <= k; i += 16) {
      vf a = load(x + i) - mean, b = load(x + i + 8) - mean;
      s0 += a * a;
      s1 += b * b;
      store(y + i, a);
      store(y + i + 8, b);
    }
    for (; i < k; i += 8) {
      // Where there is no element, there is no distance from the mean either.
      vf a = load_up_to(x + i, k - i, mean) - mean;
      s0 += a * a;
      store_up_to(y + i, a, k - i);
    }
    float factor = 1 / sqrtf(sum_lanes(s0 + s1) / (float)k + epsilon);
    for (i = 0; i < k; i += native_lanes) {
      store_native(y + i, load_native(y + i, k - i) * factor, k - i);
    }
    scale[r] = factor;
  }
}

/// dx = scale (g - mean(g) - y mean(g y)).
static void standardise_pullback_rows(
    const float *y, const float *scale, const float *g, float *dx, size_t rows, size_t k) {
  for (size_t r = 0; r < rows; r++, y += k, g += k, dx += k) {
    vf sum = splat(0), product = sum;
    for (size_t i = 0; i < k; i += 8) {
      vf a = load_up_to(g + i, k - i, 0);
      sum += a;
      product += a * load_up_to(y + i, k - i, 0);
    }
    float mean = sum_lanes(sum) / (float)k, along = sum_lanes(product) / (float)k;
    for (size_t i = 0; i < k; i += native_lanes) {
      nf rest = load_native(g + i, k - i) - mean - load_native(y + i, k - i) * along;
      store_native(dx + i, rest * scale[r], k - i);
    }
  }
}

INLINE void reduce_narrow_rows(
    const float *x, float *y, size_t rows, size_t k, const gk_narrow reduction) {
  for (size_t r = 0; r < rows; r += 8) {
    size_t here = group_rows(r, rows);
    vf t[narrow_limit], result = splat(0);
    load_group(x + r * k, here, k, group_slack(r, rows, k), t);
    if (reduction == gk_narrow_sum) {
      result = t[0];
      for (size_t c = 1; c < k; c++) result += t[c];
    } else if (reduction == gk_narrow_max) {
      result = group_max(t, k);
    } else if (reduction == gk_narrow_argmax) {
      vf best = splat(-INFINITY);
      vi where = splat_int(-1);
      for (size_t c = 0; c < k; c++) {
        vi better = (t[c] > best) | ((where < 0) & (t[c] == t[c]));
        best = choose(better, t[c], best);
        where = choose_int(better, splat_int((int32_t)c), where);
      }
      result = (vf)where;
    } else {
      vf top = group_max(t, k), sum = splat(0);
      for (size_t c = 0; c < k; c++) sum += exp_(t[c] - top);
      result = choose(absolute(top) < INFINITY, top + log_(sum), top);
    }
    store_up_to(y + r, result, here);
  }
}

static void narrow_rows(const float *x, float *y, size_t rows, size_t k, gk_narrow reduction) {
  switch (reduction) {
  case gk_narrow_sum: reduce_narrow_rows(x, y, rows, k, gk_narrow_sum); return;
  case gk_narrow_max: reduce_narrow_rows(x, y, rows, k, gk_narrow_max); return;
  case gk_narrow_argmax: reduce_narrow_rows(x, y, rows, k, gk_narrow_argmax); return;
  case gk_narrow_log_sum_exp: reduce_narrow_rows(x, y, rows, k, gk_narrow_log_sum_exp); return;
  }
}

/// softmax, or log softmax.
INLINE void softmax_either(
    const float *x, float *y, size_t rows, size_t k, const bool logarithm) {
  if (k <= narrow_limit) {
    for (size_t r = 0; r < rows; r += 8) {
      size_t here = group_rows(r, rows);
      bool slack = group_slack(r, rows, k);
      vf t[narrow_limit];
      load_group(x + r * k, here, k, slack, t);
      vf top = group_max(t, k), sum = splat(0);
      for (size_t c = 0; c < k; c++) {
        t[c] -= top;
        vf e = exp_(t[c]);
        sum += e;
        if (!logarithm) t[c] = e;
      }
      vf last = logarithm ? log_(sum) : 1.0f / sum;
      for (size_t c = 0; c < k; c++) t[c] = logarithm ? t[c] - last : t[c] * last;
      store_group(y + r * k, here, k, t);
    }
    return;
  }
  for (size_t r = 0; r < rows; r++, x += k, y += k) {
    float top = max_run(x, k);
    vf sum = splat(0);
    for (size_t i = 0; i < k; i += 8) {
      vf d = load_up_to(x + i, k - i, -INFINITY) - top;
      vf e = exp_(d);
      sum += e;
      store_up_to(y + i, logarithm ? d : e, k - i);
    }
    vf total = splat(sum_lanes(sum));
    vf last = logarithm ? log_(total) : 1.0f / total;
    for (size_t i = 0; i < k; i += 8) {
      vf v = load_up_to(y + i, k - i, 0);
      store_up_to(y + i, logarithm ? v - last : v * last, k - i);
    }
  }
}

static void softmax_rows(const float *x, float *y, size_t rows, size_t k) {
  softmax_either(x, y, rows, k, false);
}
static void log_softmax_rows(const float *x, float *y, size_t rows, size_t k) {
  softmax_either(x, y, rows, k, true);
}

static void softmax_pullback_rows(
    const float *y, const float *g, float *dx, size_t rows, size_t k) {
  if (k <= narrow_limit) {
    for (size_t r = 0; r < rows; r += 8) {
      size_t here = group_rows(r, rows);
      bool slack = group_slack(r, rows, k);
      vf ty[narrow_limit], tg[narrow_limit];
      load_group(y + r * k, here, k, slack, ty);
      load_group(g + r * k, here, k, slack, tg);
      vf dot = splat(0);
      for (size_t c = 0; c < k; c++) dot = fma_(ty[c], tg[c], dot);
      for (size_t c = 0; c < k; c++) ty[c] *= tg[c] - dot;
      store_group(dx + r * k, here, k, ty);
    }
    return;
  }
  for (size_t r = 0; r < rows; r++, y += k, g += k, dx += k) {
    vf sum = splat(0);
    for (size_t i = 0; i < k; i += 8) {
      sum = fma_(load_up_to(y + i, k - i, 0), load_up_to(g + i, k - i, 0), sum);
    }
    vf dot = splat(sum_lanes(sum));
    for (size_t i = 0; i < k; i += 8) {
      vf v = load_up_to(y + i, k - i, 0) * (load_up_to(g + i, k - i, 0) - dot);
      store_up_to(dx + i, v, k - i);
    }
  }
}

static void log_softmax_pullback_rows(
    const float *y, const float *g, float *dx, size_t rows, size_t k) {
  if (k <= narrow_limit) {
    for (size_t r = 0; r < rows; r += 8) {
      size_t here = group_rows(r, rows);
      bool slack = group_slack(r, rows, k);
      vf ty[narrow_limit], tg[narrow_limit];
      load_group(y + r * k, here, k, slack, ty);
      load_group(g + r * k, here, k, slack, tg);
      vf sum = splat(0);
      for (size_t c = 0; c < k; c++) sum += tg[c];
      for (size_t c = 0; c < k; c++) ty[c] = fma_(-exp_(ty[c]), sum, tg[c]);
      store_group(dx + r * k, here, k, ty);
    }
    return;
  }
  for (size_t r = 0; r < rows; r++, y += k, g += k, dx += k) {
    vf lanes = splat(0);
    for (size_t i = 0; i < k; i += 8) lanes += load_up_to(g + i, k - i, 0);
    vf sum = splat(sum_lanes(lanes));
    for (size_t i = 0; i < k; i += 8) {
      vf v = fma_(-exp_(load_up_to(y + i, k - i, 0)), sum, load_up_to(g + i, k - i, 0));
      store_up_to(dx + i, v, k - i);
    }
  }
}

static void softmax_cross_entropy_rows(
    const float *x, const int32_t *label, float *loss, size_t rows, size_t k) {
  if (k <= narrow_limit) {
    for (size_t r = 0; r < rows; r += 8) {
      size_t here = group_rows(r, rows);
      bool slack = group_slack(r, rows, k);
      vf t[narrow_limit];
      load_group(x + r * k, here, k, slack, t);
      vf top = group_max(t, k), sum = splat(0), own = splat(0);
      vi chosen = here == 8 ? load_int(label + r) : load_first_int(label + r, here);
      for (size_t c = 0; c < k; c++) {
        vf d = t[c] - top;
        own = choose(chosen == (int32_t)c, d, own);
        sum += exp_(d);
      }
      store_up_to(loss + r, log_(sum) - own, here);
    }
    return;
  }
  for (size_t r = 0; r < rows; r++, x += k) {
    float top = max_run(x, k);
    loss[r] = log_of(sum_exp_run(x, top, k)) - (x[label[r]] - top);
  }
}

static void softmax_cross_entropy_pullback_rows(
    const float *x, const int32_t *label, const float *g, float *dx, size_t rows, size_t k) {
  if (k <= narrow_limit) {
    for (size_t r = 0; r < rows; r += 8) {
      size_t here = group_rows(r, rows);
      bool slack = group_slack(r, rows, k);
      vf t[narrow_limit];
      load_group(x + r * k, here, k, slack, t);
      vi chosen = here == 8 ? load_int(label + r) : load_first_int(label + r, here);
      vf scale = load_up_to(g + r, here, 0);
      vf top = group_max(t, k), sum = splat(0);
      for (size_t c = 0; c < k; c++) {
        t[c] = exp_(t[c] - top);
        sum += t[c];
      }
      vf inverse = 1.0f / sum;
      for (size_t c = 0; c < k; c++) {
        vf one = choose(chosen == (int32_t)c, splat(1), splat(0));
        t[c] = scale * (t[c] * inverse - one);
      }
      store_group(dx + r * k, here, k, t);
    }
    return;
  }
  for (size_t r = 0; r < rows; r++, x += k, dx += k) {
    softmax_rows(x, dx, 1, k);
    dx[label[r]] -= 1.0f;
    for (size_t i = 0; i < k; i += 8) {
      store_up_to(dx + i, load_up_to(dx + i, k - i, 0) * g[r], k - i);
    }
  }
}
