// How often this process has asked for memory on the heap since it started.
#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

/// The calls of malloc, calloc, realloc and the aligned forms so far; -1 where they cannot be
/// counted (other systems than Linux with glibc).
int64_t allocation_count(void);

#endif
