// Which form of the kernels is in use.
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "forms.h"

static _Atomic(const gk_forms *) chosen;

// What a test asked for on this thread; a worker has that of the thread whose job it runs.
static _Thread_local const gk_forms *forced;

/// The forms that this processor can run, the best one first.
static size_t runnable_forms(const gk_forms *forms[3]) {
  size_t count = 0;
#if defined(__x86_64__)
  bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
      && __builtin_cpu_supports("f16c");
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")) {
    forms[count++] = &gk_forms_avx512;
  }
  if (avx2) forms[count++] = &gk_forms_avx2;
#endif
  forms[count++] = &gk_forms_portable;
  return count;
}

/// The form of that name where this processor can run it; else NULL.
static const gk_forms *form_named(const char *name) {
  const gk_forms *forms[3];
  size_t count = runnable_forms(forms);
  for (size_t i = 0; i < count; i++) {
    if (strcmp(name, forms[i]->name) == 0) return forms[i];
  }
  return NULL;
}

static const gk_forms *best_forms(void) {
  const gk_forms *forms[3];
  size_t count = runnable_forms(forms);
  const char *wish = getenv("GUMBEL_KERNELS");
  if (!wish || !*wish) return forms[0];
  const gk_forms *named = form_named(wish);
  if (named) return named;
  char names[64] = "";
  for (size_t i = 0; i < count; i++) {
    if (i) strcat(names, i + 1 < count ? ", " : " or ");
    strcat(names, forms[i]->name);
  }
  gk_refuse_environment("GUMBEL_KERNELS", wish, "this processor can run %s", names);
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

bool gk_force_form(const char *name) {
  const gk_forms *forms = name ? form_named(name) : NULL;
  if (name && !forms) return false;
  forced = forms;
  return true;
}

const char *gk_instruction_set(void) { return gk_current_forms()->name; }
