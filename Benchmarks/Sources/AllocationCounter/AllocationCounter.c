#define _GNU_SOURCE
#include "AllocationCounter.h"

#ifdef __GLIBC__
#include <stdatomic.h>
#include <stddef.h>

// glibc lets a program put its own functions in the place of malloc's and still reach the originals
// under these names.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic int64_t calls;

static void count(void) { atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed); }

void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
  count();
  return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size) {
  count();
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  count();
  void *memory = __libc_memalign(alignment, size);
  if (!memory) return 12;  // ENOMEM
  *out = memory;
  return 0;
}

int64_t allocation_count(void) { return atomic_load_explicit(&calls, memory_order_relaxed); }
#else
int64_t allocation_count(void) { return -1; }
#endif
