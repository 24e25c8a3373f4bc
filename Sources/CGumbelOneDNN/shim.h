#include <dlfcn.h>
#include <dnnl.h>

/// Keeps the library's calls from the calling thread on that thread. Its OpenMP workers and our own
/// would otherwise spin against each other, and OpenMP's setting is each thread's own. The symbol is
/// looked up, since the library may have been built with another runtime.
static inline void dnnl_use_calling_thread(void) {
  static _Thread_local int is_done;
  if (is_done) return;
  void (*set_threads)(int) = (void (*)(int))dlsym((void *)0, "omp_set_num_threads");
  if (set_threads) set_threads(1);
  is_done = 1;
}
