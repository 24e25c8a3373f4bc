// Which form of the kernels is in use.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "forms.h"

static _Atomic(const gk_forms *) chosen;

// What a test asked for on this thread; a worker has that of the thread whose job it runs.
static _Thread_local const gk_forms *forced;

static const gk_forms *best_forms(void) {
#if defined(__x86_64__)
  const char *wish = getenv("GUMBEL_KERNELS");
  if (wish && strcmp(wish, "portable") == 0) return &gk_forms_portable;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &gk_forms_avx2;
#endif
  return &gk_forms_portable;
}

const gk_forms *gk_current_forms(void) {
  if (forced) return forced;
  const gk_forms *forms = atomic_load_explicit(&chosen, memory_order_acquire);
  if (__builtin_expect(!forms, 0)) {
    forms = best_forms();
    atomic_store_explicit(&chosen, forms, memory_order_release);
  }
  return forms;
}

const gk_forms *gk_forced_forms(void) { return forced; }

void gk_force_forms(const gk_forms *forms) { forced = forms; }

void gk_force_portable(bool portable) { forced = portable ? &gk_forms_portable : NULL; }

const char *gk_instruction_set(void) { return gk_current_forms()->name; }
