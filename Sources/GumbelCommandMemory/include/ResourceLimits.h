#ifndef RESOURCE_LIMITS_H
#define RESOURCE_LIMITS_H

#include <stddef.h>

/// The bytes that the stack of the main thread may take, after that was raised to `wanted` where the
/// system allows it; PTRDIFF_MAX without a limit.
size_t command_stack_limit(size_t wanted);

/// The bytes that the process may still map; PTRDIFF_MAX without a limit, or where it is not known.
size_t command_memory_left(void);

/// Has the process end with a line and status 1, rather than a backtrace, where bytes of a file that is
/// mapped are not there: the file has become shorter, or the disk does not give them.
void command_explain_bus_errors(void);

#endif
