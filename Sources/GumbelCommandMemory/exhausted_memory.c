#include "ExhaustedMemory.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define HAS_ALLOCATOR_OF_ITS_OWN 1
#endif
#endif

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#if defined(__GLIBC__) && !defined(HAS_ALLOCATOR_OF_ITS_OWN)

// glibc's own functions. An executable's `malloc` is that of all libraries that it loads, those of
// Swift and the matrix library's among them.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum { reserve_bytes = 1 << 20 };

static void (*_Atomic on_exhausted)(size_t);
static void *reserve;
static atomic_bool is_ending;
static _Thread_local bool is_ending_here;

void command_on_memory_exhausted(void (*handler)(size_t)) {
  reserve = __libc_malloc(reserve_bytes);
  on_exhausted = handler;
}

static void exhausted(size_t bytes) {
  void (*handler)(size_t) = on_exhausted;
  if (bytes > PTRDIFF_MAX) bytes = PTRDIFF_MAX;
  if (!handler) return;
  // The reserve was not enough.
  if (is_ending_here) _exit(1);
  if (atomic_exchange(&is_ending, true)) {
    // Another thread is at it. It should not take so long.
    sleep(1);
    _exit(1);
  }
  is_ending_here = true;
  free(reserve);
  handler(bytes);
  _exit(1);
}

void *malloc(size_t bytes) {
  void *memory = __libc_malloc(bytes);
  if (!memory) exhausted(bytes);
  return memory;
}

void *calloc(size_t count, size_t bytes) {
  void *memory = __libc_calloc(count, bytes);
  if (!memory) exhausted(bytes && count > PTRDIFF_MAX / bytes ? PTRDIFF_MAX : count * bytes);
  return memory;
}

void *realloc(void *old, size_t bytes) {
  void *memory = __libc_realloc(old, bytes);
  // Nothing is what is left of no bytes.
  if (!memory && bytes) exhausted(bytes);
  return memory;
}

void *command_reallocate(void *old, size_t bytes) { return __libc_realloc(old, bytes); }

void *memalign(size_t alignment, size_t bytes) {
  void *memory = __libc_memalign(alignment, bytes);
  if (!memory) exhausted(bytes);
  return memory;
}

void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void **result, size_t alignment, size_t bytes) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1))) return EINVAL;
  void *memory = memalign(alignment, bytes);
  if (!memory) return ENOMEM;
  *result = memory;
  return 0;
}

#else

void command_on_memory_exhausted(void (*handler)(size_t)) { (void)handler; }

void *command_reallocate(void *old, size_t bytes) { return realloc(old, bytes); }

#endif
