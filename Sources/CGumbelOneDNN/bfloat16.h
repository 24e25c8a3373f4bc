// Products of matrices of bfloat16, which the library has as primitives alone. One is made for certain
// sizes, which takes some 15 µs, and belongs to the thread that made it: each thread keeps those that it
// used last.
#include <dnnl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// As of `gk_matrices`, with the sizes of the product: c = op(a) op(b), or added to c.
typedef struct {
  int64_t m, n, k, a_stride, b_stride, c_stride;
  int64_t transpose_a, transpose_b, adds;
} dnnl_product_sizes;

typedef struct {
  dnnl_product_sizes sizes;
  dnnl_primitive_t primitive;
  dnnl_memory_t a, b, c;
} dnnl_product;

enum { dnnl_product_count = 256 };

typedef struct {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_product products[dnnl_product_count];
} dnnl_products;

// With a value, since Swift leaves out what is only declared.
static pthread_key_t dnnl_products_key = 0;
static pthread_once_t dnnl_products_once = PTHREAD_ONCE_INIT;

static inline void dnnl_product_destroy(dnnl_product *product) {
  if (product->primitive) dnnl_primitive_destroy(product->primitive);
  if (product->a) dnnl_memory_destroy(product->a);
  if (product->b) dnnl_memory_destroy(product->b);
  if (product->c) dnnl_memory_destroy(product->c);
  memset(product, 0, sizeof *product);
}

static inline void dnnl_products_destroy(void *context) {
  dnnl_products *kept = (dnnl_products *)context;
  for (int i = 0; i < dnnl_product_count; i++) dnnl_product_destroy(&kept->products[i]);
  if (kept->stream) dnnl_stream_destroy(kept->stream);
  if (kept->engine) dnnl_engine_destroy(kept->engine);
  free(kept);
}

static inline void dnnl_products_make_key(void) {
  pthread_key_create(&dnnl_products_key, dnnl_products_destroy);
}

/// Those of this thread; NULL where there is no memory.
static inline dnnl_products *dnnl_products_here(void) {
  pthread_once(&dnnl_products_once, dnnl_products_make_key);
  dnnl_products *kept = (dnnl_products *)pthread_getspecific(dnnl_products_key);
  if (kept) return kept;
  kept = (dnnl_products *)calloc(1, sizeof *kept);
  if (!kept) return NULL;
  if (dnnl_engine_create(&kept->engine, dnnl_cpu, 0) != dnnl_success
      || dnnl_stream_create(&kept->stream, kept->engine, dnnl_stream_default_flags) != dnnl_success
      || pthread_setspecific(dnnl_products_key, kept) != 0) {
    dnnl_products_destroy(kept);
    return NULL;
  }
  return kept;
}

// Descriptors are values up to version 2, and handles from 3 on.
#if DNNL_VERSION_MAJOR < 3
#define DNNL_DESCRIPTOR(d) (&(d))
#define dnnl_describe(d, sizes, type, strides) \
  dnnl_memory_desc_init_by_strides(d, 2, sizes, type, strides)
#define dnnl_descriptor_destroy(d) ((void)(d))
#else
#define DNNL_DESCRIPTOR(d) (d)
#define dnnl_describe(d, sizes, type, strides) \
  dnnl_memory_desc_create_with_strides(d, 2, sizes, type, strides)
#define dnnl_descriptor_destroy(d) ((void)dnnl_memory_desc_destroy(d))
#endif

static inline dnnl_status_t dnnl_matrix_make(
    dnnl_engine_t engine, dnnl_data_type_t type, int64_t rows, int64_t columns, int64_t stride,
    int64_t is_transposed, dnnl_memory_desc_t *descriptor, dnnl_memory_t *memory) {
  dnnl_dims_t sizes = {rows, columns};
  dnnl_dims_t strides = {is_transposed ? 1 : stride, is_transposed ? stride : 1};
  dnnl_status_t status = dnnl_describe(descriptor, sizes, type, strides);
  if (status != dnnl_success) return status;
  return dnnl_memory_create(memory, DNNL_DESCRIPTOR(*descriptor), engine, DNNL_MEMORY_NONE);
}

static inline dnnl_status_t dnnl_product_make_primitive(
    dnnl_engine_t engine, dnnl_product *product, dnnl_memory_desc_t a, dnnl_memory_desc_t b,
    dnnl_memory_desc_t c) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  dnnl_primitive_desc_t descriptor = NULL;
  dnnl_status_t status = dnnl_primitive_attr_create(&attributes);
  if (status == dnnl_success && product->sizes.adds) {
    status = dnnl_post_ops_create(&operations);
#if DNNL_VERSION_MAJOR < 3
    if (status == dnnl_success) status = dnnl_post_ops_append_sum(operations, 1);
#else
    if (status == dnnl_success)
      status = dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
#endif
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
  }
  if (status == dnnl_success) {
#if DNNL_VERSION_MAJOR < 3
    dnnl_matmul_desc_t operation;
    status = dnnl_matmul_desc_init(&operation, &a, &b, NULL, &c);
    if (status == dnnl_success)
      status = dnnl_primitive_desc_create(&descriptor, &operation, attributes, engine, NULL);
#else
    status = dnnl_matmul_primitive_desc_create(&descriptor, engine, a, b, NULL, c, attributes);
#endif
  }
  if (status == dnnl_success) status = dnnl_primitive_create(&product->primitive, descriptor);
  if (descriptor) dnnl_primitive_desc_destroy(descriptor);
  if (operations) dnnl_post_ops_destroy(operations);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return status;
}

static inline dnnl_status_t dnnl_product_make(
    dnnl_engine_t engine, const dnnl_product_sizes *s, dnnl_product *product) {
  product->sizes = *s;
  dnnl_memory_desc_t a, b, c;
  dnnl_status_t status = dnnl_matrix_make(
      engine, dnnl_bf16, s->m, s->k, s->a_stride, s->transpose_a, &a, &product->a);
  if (status != dnnl_success) return status;
  status = dnnl_matrix_make(
      engine, dnnl_bf16, s->k, s->n, s->b_stride, s->transpose_b, &b, &product->b);
  if (status == dnnl_success) {
    status = dnnl_matrix_make(engine, dnnl_f32, s->m, s->n, s->c_stride, 0, &c, &product->c);
    if (status == dnnl_success) {
      status = dnnl_product_make_primitive(engine, product, a, b, c);
      dnnl_descriptor_destroy(c);
    }
    dnnl_descriptor_destroy(b);
  }
  dnnl_descriptor_destroy(a);
  return status;
}

static inline dnnl_product *dnnl_product_of(dnnl_products *kept, const dnnl_product_sizes *sizes) {
  const uint64_t *words = (const uint64_t *)sizes;
  uint64_t hash = 0;
  for (size_t i = 0; i < sizeof *sizes / sizeof *words; i++) {
    hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return &kept->products[hash % dnnl_product_count];
}

/// c = op(a) op(b) from matrices of bfloat16, or added to c, with sums in float32, on the calling thread.
static inline dnnl_status_t dnnl_multiply_bfloat16(
    const dnnl_product_sizes *sizes, const uint16_t *a, const uint16_t *b, float *c) {
  dnnl_products *kept = dnnl_products_here();
  if (!kept) return dnnl_out_of_memory;
  dnnl_product *product = dnnl_product_of(kept, sizes);
  if (!product->primitive || memcmp(&product->sizes, sizes, sizeof *sizes) != 0) {
    dnnl_product_destroy(product);
    dnnl_status_t status = dnnl_product_make(kept->engine, sizes, product);
    if (status != dnnl_success) {
      dnnl_product_destroy(product);
      return status;
    }
  }
  dnnl_memory_set_data_handle(product->a, (void *)a);
  dnnl_memory_set_data_handle(product->b, (void *)b);
  dnnl_memory_set_data_handle(product->c, c);
  dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_SRC, product->a}, {DNNL_ARG_WEIGHTS, product->b}, {DNNL_ARG_DST, product->c}};
  dnnl_status_t status = dnnl_primitive_execute(product->primitive, kept->stream, 3, arguments);
  return status == dnnl_success ? dnnl_stream_wait(kept->stream) : status;
}
