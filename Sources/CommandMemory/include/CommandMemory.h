#ifndef COMMAND_MEMORY_H
#define COMMAND_MEMORY_H

#include <stddef.h>

/// Has a function called, once, when the system gives no more memory: the process then ends with
/// status 1, whether the function returns or not. What the function asks for is taken from a reserve.
///
/// Swift's own answer is a trap, with a backtrace and without a word on memory. To be called once,
/// before other threads are started. Does nothing where the C library is not glibc, and under
/// sanitizers, which have allocators of their own.
void command_on_memory_exhausted(void (*handler)(size_t bytes));

/// The bytes that the stack of the main thread may take, after that was raised to `wanted` where the
/// system allows it; PTRDIFF_MAX without a limit.
size_t command_stack_limit(size_t wanted);

/// The bytes that the process may still map; PTRDIFF_MAX without a limit, or where it is not known.
size_t command_memory_left(void);

#endif
