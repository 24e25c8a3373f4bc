#include "ResourceLimits.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

size_t command_stack_limit(size_t wanted) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return PTRDIFF_MAX;
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < wanted) {
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur =
        limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted ? wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_STACK, &limit) != 0) limit.rlim_cur = before;
  }
  return limit.rlim_cur == RLIM_INFINITY ? PTRDIFF_MAX : (size_t)limit.rlim_cur;
}

size_t command_memory_left(void) {
#ifdef __linux__
  struct rlimit limit;
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return PTRDIFF_MAX;
  FILE *file = fopen("/proc/self/statm", "r");
  if (!file) return PTRDIFF_MAX;
  unsigned long long pages = 0;
  int found = fscanf(file, "%llu", &pages);
  fclose(file);
  if (found != 1) return PTRDIFF_MAX;
  unsigned long long used = pages * (unsigned long long)sysconf(_SC_PAGESIZE);
  return used < limit.rlim_cur ? (size_t)(limit.rlim_cur - used) : 0;
#else
  return PTRDIFF_MAX;
#endif
}
