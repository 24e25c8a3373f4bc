// Patches of images under the windows of a kernel: copied out, and added back.

/// y[i] = x[i].
INLINE void copy_run(const float *x, float *y, size_t n) {
  if (n >= 8) {
    // The last vector may overlap the one before it.
    for (size_t i = 0; i + 8 < n; i += 8) store(y + i, load(x + i));
    store(y + n - 8, load(x + n - 8));
    return;
  }
  if (n & 4) memcpy(y, x, 16), x += 4, y += 4;
  if (n & 2) memcpy(y, x, 8), x += 2, y += 2;
  if (n & 1) *y = *x;
}

/// y[i] = 0.
INLINE void clear_run(float *y, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) store(y + i, splat(0));
  for (; i < n; i++) y[i] = 0;
}

/// y[i] += x[i].
INLINE void add_run(const float *x, float *y, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) store(y + i, load(y + i) + load(x + i));
  typedef float quarter __attribute__((ext_vector_type(4)));
  if (n & 4) {
    quarter a, b;
    memcpy(&a, x + i, sizeof a);
    memcpy(&b, y + i, sizeof b);
    b += a;
    memcpy(y + i, &b, sizeof b);
    i += 4;
  }
  for (; i < n; i++) y[i] += x[i];
}

/// Windows begin ..< end: from the images to patches, or from patches added to the images.
INLINE void pass_windows(
    const gk_windows *w, const bool adds, float *images, float *patches, size_t begin,
    size_t end) {
  if (begin == end) return;
  size_t channels = w->channels, run = w->kernel_width * channels, row = w->width * channels;
  size_t column = begin % w->columns, rest = begin / w->columns;
  size_t line = rest % w->rows;
  float *image = images + rest / w->rows * w->height * row;
  for (size_t p = begin; p < end; p++) {
    int64_t left = (int64_t)(column * w->stride) - w->left;
    int64_t top = (int64_t)(line * w->stride) - w->top;
    // The part of a row of the window that lies on the image.
    int64_t first = left < 0 ? -left : 0, last = (int64_t)w->kernel_width;
    if (left + last > (int64_t)w->width) last = (int64_t)w->width - left;
    if (last < first) first = last = 0;
    size_t before = (size_t)first * channels, length = (size_t)(last - first) * channels;
    for (size_t k = 0; k < w->kernel_height; k++, patches += run) {
      int64_t y = top + (int64_t)k;
      bool outside = y < 0 || y >= (int64_t)w->height || length == 0;
      if (outside) {
        if (!adds) clear_run(patches, run);
        continue;
      }
      float *pixels = image + (size_t)y * row + (size_t)(left + first) * channels;
      if (adds) {
        add_run(patches + before, pixels, length);
      } else if (length == run) {
        copy_run(pixels, patches, run);
      } else {
        clear_run(patches, before);
        copy_run(pixels, patches + before, length);
        clear_run(patches + before + length, run - before - length);
      }
    }
    if (++column == w->columns) {
      column = 0;
      if (++line == w->rows) {
        line = 0;
        image += w->height * row;
      }
    }
  }
}

static void unfold_windows(
    const gk_windows *windows, const float *images, float *patches, size_t begin, size_t end) {
  pass_windows(windows, false, (float *)images, patches, begin, end);
}

static void fold_windows(
    const gk_windows *windows, const float *patches, float *images, size_t begin, size_t end) {
  pass_windows(windows, true, images, (float *)patches, begin, end);
}
