#ifndef EXHAUSTED_MEMORY_H
#define EXHAUSTED_MEMORY_H

#include <stddef.h>

/// Has a function called, once, when the system gives no more memory: the process then ends with
/// status 1, whether the function returns or not. What the function asks for is taken from a reserve.
///
/// Swift's own answer is a trap, with a backtrace and without a word on memory. To be called once,
/// before other threads are started. Does nothing where the C library is not glibc, and under
/// sanitizers, which have allocators of their own.
void command_on_memory_exhausted(void (*handler)(size_t bytes));

/// `realloc` for those who have an answer where there is no memory: returns a null pointer then.
void *command_reallocate(void *old, size_t bytes);

#endif
