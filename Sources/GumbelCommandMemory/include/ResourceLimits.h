#ifndef RESOURCE_LIMITS_H
#define RESOURCE_LIMITS_H

#include <stddef.h>

/// The bytes that the stack of the main thread may take, after that was raised to `wanted` where the
/// system allows it; PTRDIFF_MAX without a limit.
size_t command_stack_limit(size_t wanted);

/// The bytes that the process may still map; PTRDIFF_MAX without a limit, or where it is not known.
size_t command_memory_left(void);

#endif
