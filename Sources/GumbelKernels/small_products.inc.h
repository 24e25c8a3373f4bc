// Matrix products that are too small for a library's.
//
// Each element of a matrix is one chain of multiplications with one rounding, in the order of the
// inner size, whichever block it falls into: its bits depend neither on the other sizes nor on how wide
// the registers are. Where c is a column, sums run in eight lanes. A block of c stays in registers
// while the inner size runs by.

// - rows_of_N: the rows of a block that is N vectors wide, of which N times as many registers hold
//   sums: enough of them that none waits for the one before. Up to flat_rows rows are taken in blocks
//   that are flat_vectors wide.
// - rows_ahead: how many rows of b are asked for ahead, since they may lie far apart. Where a vector is
//   half a line of the cache, that costs more than it brings.
// - most_work: up to so many multiplications a product of many rows is no slower here than in a
//   library, which has to be called, and to be kept from signals (signals.c).
#if GK_AVX512
enum { rows_of_1 = 14, rows_of_2 = 12, rows_of_3 = 8, block_vectors = 3 };
enum { flat_rows = 4, flat_vectors = 6, rows_ahead = 4, most_work = 5 << 19 };
#elif GK_AVX2
enum { rows_of_1 = 8, rows_of_2 = 6, block_vectors = 2 };
enum { flat_rows = 3, flat_vectors = 4, rows_ahead = 0, most_work = 1 << 18 };
#else
enum { rows_of_1 = 4, rows_of_2 = 4, block_vectors = 2 };
enum { flat_rows = 2, flat_vectors = 4, rows_ahead = 0, most_work = gk_least_library_work };
#endif
enum { most_rows = rows_of_1 };

/// So much of the inner size at a time that a panel of b stays in the innermost cache.
enum { panel_depth = 128, panel_width = flat_vectors * native_lanes };

typedef struct {
  /// Element (i, p) is a[i a_row + p a_inner].
  const float *a;
  size_t a_row, a_inner;
  /// Element (p, j) is b[p b_row + j].
  const float *b;
  size_t b_row;
  float *c;
  size_t c_row, depth;
  /// So many of the `depth` rows of b may be read in whole vectors, beyond the columns asked for.
  size_t whole;
  /// Whether the sums begin with what c holds.
  bool adds;
} gk_product;

/// The distances of rows, each an odd multiple of the first's, so that a processor's addresses of the
/// form base + index x 1, 2, 4 or 8 reach all of them.
typedef struct {
  size_t odd[(most_rows + 1) / 2];
} gk_row_distances;

INLINE gk_row_distances row_distances(size_t a_row) {
  gk_row_distances d;
#pragma clang loop unroll(full)
  for (size_t i = 0; i < (most_rows + 1) / 2; i++) {
    d.odd[i] = (2 * i + 1) * a_row * sizeof(float);
    // Or the compiler walks from row to row by additions, each of which waits for the one before.
    __asm__("" : "+r"(d.odd[i]));
  }
  return d;
}

/// Where row i of a stands.
INLINE const float *row_at(const float *a, const gk_row_distances *d, const size_t i) {
  if (i == 0) return a;
  size_t power = i & -i;
  return (const float *)((const char *)a + d->odd[i / power / 2] * power);
}

/// Some rows of c, and `columns` of its columns, which the vectors just hold.
INLINE void product_block(
    const gk_product *x, const size_t rows, const size_t vectors, size_t columns) {
  const float *a = x->a, *b = x->b;
  float *c = x->c;
  size_t a_row = x->a_row, a_inner = x->a_inner, b_row = x->b_row, c_row = x->c_row;
  size_t left = columns - (vectors - 1) * native_lanes;
  gk_row_distances distances = row_distances(a_row);
  nf sum[most_rows][flat_vectors];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
      size_t n = v + 1 < vectors ? native_lanes : left;
      sum[i][v] = x->adds ? load_native(c + i * c_row + v * native_lanes, n) : (nf)0.0f;
    }
  }
#define ADD_PRODUCTS(LAST)                                                             \
  do {                                                                                 \
    nf bv[flat_vectors];                                                               \
    _Pragma("clang loop unroll(full)") for (size_t v = 0; v < vectors; v++) {          \
      if (rows_ahead) __builtin_prefetch(b + rows_ahead * b_row + v * native_lanes);   \
    }                                                                                  \
    _Pragma("clang loop unroll(full)") for (size_t v = 0; v < vectors; v++) {          \
      bv[v] = load_native(b + v * native_lanes, v + 1 < vectors ? native_lanes : LAST); \
    }                                                                                  \
    _Pragma("clang loop unroll(full)") for (size_t i = 0; i < rows; i++) {             \
      nf av = (nf)*row_at(a, &distances, i);                                           \
      _Pragma("clang loop unroll(full)") for (size_t v = 0; v < vectors; v++) {        \
        sum[i][v] = fma_(av, bv[v], sum[i][v]);                                        \
      }                                                                                \
    }                                                                                  \
    a += a_inner, b += b_row;                                                          \
  } while (0)
  for (size_t p = x->whole; p > 0; p--) ADD_PRODUCTS(native_lanes);
  for (size_t p = x->depth - x->whole; p > 0; p--) ADD_PRODUCTS(left);
#undef ADD_PRODUCTS
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
      size_t n = v + 1 < vectors ? native_lanes : left;
      store_native(c + i * c_row + v * native_lanes, sum[i][v], n);
    }
  }
}

/// All m rows of c for so many of its columns, in blocks of nearly the same size.
INLINE void product_rows(
    gk_product x, size_t m, const size_t most, const size_t vectors, size_t columns) {
  for (size_t blocks = (m + most - 1) / most; blocks > 0; blocks--) {
    size_t rows = (m + blocks - 1) / blocks;
#define ROWS(N) \
  case N:       \
    if (N <= most) product_block(&x, N, vectors, columns); \
    break
    switch (rows) {
      ROWS(1);
      ROWS(2);
      ROWS(3);
      ROWS(4);
      ROWS(5);
      ROWS(6);
      ROWS(7);
      ROWS(8);
      ROWS(9);
      ROWS(10);
      ROWS(11);
      ROWS(12);
      ROWS(13);
      ROWS(14);
    }
#undef ROWS
    m -= rows;
    x.a += rows * x.a_row;
    x.c += rows * x.c_row;
  }
}

/// All rows of c for the columns of a panel: at most `block_vectors` vectors of them, or
/// `flat_vectors` where there are at most `flat_rows` rows.
static void product_panel(const gk_product *x, size_t m, size_t columns) {
#define VECTORS(ROWS, N) \
  case N:                \
    product_rows(*x, m, ROWS, N, columns); \
    break
  size_t vectors = (columns + native_lanes - 1) / native_lanes;
  if (m <= flat_rows) {
    switch (vectors) {
      VECTORS(flat_rows, 1);
      VECTORS(flat_rows, 2);
      VECTORS(flat_rows, 3);
      VECTORS(flat_rows, 4);
#if GK_AVX512
      VECTORS(flat_rows, 5);
      VECTORS(flat_rows, 6);
#endif
    }
    return;
  }
  switch (vectors) {
    VECTORS(rows_of_1, 1);
    VECTORS(rows_of_2, 2);
#if GK_AVX512
    VECTORS(rows_of_3, 3);
#endif
  }
#undef VECTORS
}

typedef float v4f __attribute__((ext_vector_type(4)));

/// Elements 4 l + t of the `native_lanes / 4` rows' pieces of four: row 4 l + t of b from p on.
INLINE nf load_pieces(const float *const *rows, size_t t, size_t p) {
  v4f piece[native_lanes / 4];
#pragma clang loop unroll(full)
  for (size_t l = 0; l < native_lanes / 4; l++) memcpy(&piece[l], rows[4 * l + t] + p, 16);
  vf low = __builtin_shufflevector(piece[0], piece[1], 0, 1, 2, 3, 4, 5, 6, 7);
#if GK_AVX512
  vf high = __builtin_shufflevector(piece[2], piece[3], 0, 1, 2, 3, 4, 5, 6, 7);
  return __builtin_shufflevector(
      low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
#else
  return low;
#endif
}

#if GK_AVX512
#define IN_PIECES(A, B, I, J, K, L)                                                            \
  __builtin_shufflevector(                                                                     \
      A, B, I, J, 16 + K, 16 + L, 4 + I, 4 + J, 20 + K, 20 + L, 8 + I, 8 + J, 24 + K, 24 + L, \
      12 + I, 12 + J, 28 + K, 28 + L)
#else
#define IN_PIECES(A, B, I, J, K, L) \
  __builtin_shufflevector(A, B, I, J, 8 + K, 8 + L, 4 + I, 4 + J, 12 + K, 12 + L)
#endif

/// panel [depth, width] from `depth` elements of each of n rows that are k apart, where width is n
/// rounded up to whole vectors, and what stands beyond n is of no consequence.
static size_t pack_transposed(const float *b, size_t k, size_t n, size_t depth, float *panel) {
  size_t width = (n + native_lanes - 1) / native_lanes * native_lanes;
  for (size_t j = 0; j < width; j += native_lanes) {
    const float *rows[native_lanes];
    for (size_t i = 0; i < native_lanes; i++) rows[i] = b + (j + i < n ? j + i : n - 1) * k;
    size_t p = 0;
    for (; p + 4 <= depth; p += 4) {
      nf r0 = load_pieces(rows, 0, p), r1 = load_pieces(rows, 1, p);
      nf r2 = load_pieces(rows, 2, p), r3 = load_pieces(rows, 3, p);
      nf s0 = IN_PIECES(r0, r1, 0, 1, 0, 1), s1 = IN_PIECES(r2, r3, 0, 1, 0, 1);
      nf s2 = IN_PIECES(r0, r1, 2, 3, 2, 3), s3 = IN_PIECES(r2, r3, 2, 3, 2, 3);
      float *to = panel + p * width + j;
      store_native(to, IN_PIECES(s0, s1, 0, 2, 0, 2), native_lanes);
      store_native(to + width, IN_PIECES(s0, s1, 1, 3, 1, 3), native_lanes);
      store_native(to + 2 * width, IN_PIECES(s2, s3, 0, 2, 0, 2), native_lanes);
      store_native(to + 3 * width, IN_PIECES(s2, s3, 1, 3, 1, 3), native_lanes);
    }
    for (; p < depth; p++) {
      for (size_t i = 0; i < native_lanes; i++) panel[p * width + j + i] = rows[i][p];
    }
  }
  return width;
}
#undef IN_PIECES

/// c [m] = a [m, k] b [k].
static void matrix_times_vector(
    size_t m, size_t k, const float *a, size_t a_stride, const float *b, float *c,
    size_t c_stride) {
  if (k < 8) {
    vf bv = load_first(b, k, 0);
    for (size_t i = 0; i < m; i++, a += a_stride) {
      c[i * c_stride] = sum_lanes(fma_((vf)load_first_int(a, k), bv, splat(0)));
    }
    return;
  }
  for (size_t i = 0; i < m; i++, a += a_stride) {
    vf sum = splat(0);
    for (size_t p = 0; p < k; p += 8) {
      sum = fma_(load_up_to(a + p, k - p, 0), load_up_to(b + p, k - p, 0), sum);
    }
    c[i * c_stride] = sum_lanes(sum);
  }
}

/// c [m, n] = a [m] b [n], n at most 8. Whole vectors but for the last row, each overwriting the
/// excess of the one before.
static void outer_product(size_t m, size_t n, const float *a, const float *b, float *c) {
  vf bv = load_up_to(b, n, 0);
  if (m == 0) return;
  size_t whole = n < 4 ? (m > 7 ? m - 7 : 0) : m - 1;
  for (size_t i = 0; i < whole; i++) store(c + i * n, fma_(splat(a[i]), bv, splat(0)));
  for (size_t i = whole; i < m; i++) store_up_to(c + i * n, fma_(splat(a[i]), bv, splat(0)), n);
}

/// What the rows p ..< p + depth of b add to the columns j ..< j + columns of c.
INLINE void product_tile(
    const gk_matrices *x, size_t m, size_t n, size_t k, size_t j, size_t columns, size_t p,
    size_t depth) {
  gk_product tile = {
    .a = x->a + (x->transpose_a ? p * x->a_stride : p),
    .a_row = x->transpose_a ? 1 : x->a_stride, .a_inner = x->transpose_a ? x->a_stride : 1,
    .b = x->b + p * x->b_stride + j, .b_row = x->b_stride, .c = x->c + j, .c_row = x->c_stride,
    .depth = depth, .adds = p > 0,
  };
  _Alignas(64) float panel[panel_depth * panel_width];
  if (x->transpose_b) {
    const float *rows = x->b + j * x->b_stride + p;
    tile.b_row = pack_transposed(rows, x->b_stride, columns, depth, panel);
    tile.b = panel;
    tile.whole = depth;
  } else {
    // Where the columns' vectors end, and where b does.
    size_t end = j + (columns + native_lanes - 1) / native_lanes * native_lanes;
    size_t count = (k - 1) * x->b_stride + n;
    size_t rows = k == 0 || count < end ? 0 : (count - end) / x->b_stride + 1;
    tile.whole = rows < p ? 0 : rows - p < depth ? rows - p : depth;
  }
  product_panel(&tile, m, columns);
}

static void small_matmul(const gk_matrices *matrices, size_t m, size_t n, size_t k) {
  gk_matrices x = *matrices;
  if (n == 1 && (x.b_stride == 1 || x.transpose_b)) {
    // b is a vector; so is c where it is dense.
    if (!x.transpose_a) {
      matrix_times_vector(m, k, x.a, x.a_stride, x.b, x.c, x.c_stride);
      return;
    }
    if (x.c_stride == 1) {
      const float *vector = x.b;
      x.b = x.a, x.b_stride = x.a_stride;
      x.a = vector, x.a_stride = k;
      n = m, m = 1;
      x.transpose_a = x.transpose_b = false;
    }
  }
  if (k == 1 && n <= 8 && x.c_stride == n && (x.transpose_a || x.a_stride == 1)
      && (!x.transpose_b || x.b_stride == 1)) {
    outer_product(m, n, x.a, x.b, x.c);
    return;
  }
  // A column that is stored as a row needs no turning around.
  if (x.transpose_b && k == 1 && x.b_stride == 1) x.transpose_b = false;
  size_t width = native_lanes * (m <= flat_rows ? flat_vectors : block_vectors);
  for (size_t j = 0; j < n; j += width) {
    size_t columns = n - j < width ? n - j : width;
    for (size_t p = 0; p < k || p == 0; p += panel_depth) {
      size_t depth = k - p < panel_depth ? k - p : panel_depth;
      product_tile(&x, m, n, k, j, columns, p, depth);
    }
  }
}
