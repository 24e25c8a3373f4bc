// The thread pool under ThreadSanitizer: memory that one thread writes without locks and another
// reads must be handed over by the pool alone. `script/test` builds and runs it so.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "GumbelKernels.h"

enum { most = 4096, jobs = 4000, callers = 3 };

typedef struct {
  uint64_t in[most], out[most];
  uint64_t seed;
  size_t count, failures;
} job_memory;

static void square(void *context, size_t i) {
  job_memory *memory = context;
  memory->out[i] = memory->in[i] * memory->in[i] + i;
}

static void add(void *context, size_t i) {
  job_memory *memory = context;
  memory->out[i] += memory->in[memory->count - 1 - i];
}

// Jobs of all lengths, one after the other in the same memory, and each result is looked at.
static void *call(void *context) {
  job_memory *memory = context;
  for (int job = 0; job < jobs; job++) {
    memory->seed = memory->seed * 6364136223846793005u + 1442695040888963407u;
    size_t count = memory->seed >> 33 & (job % 8 ? 63 : most - 1);
    for (size_t i = 0; i < count; i++) memory->in[i] = memory->seed + i;
    gk_parallel_for(count, square, memory);
    memory->count = count;
    gk_parallel_for(count, add, memory);
    for (size_t i = 0; i < count; i++) {
      uint64_t x = memory->in[i];
      memory->failures += memory->out[i] != x * x + i + memory->in[count - 1 - i];
    }
    // Long enough for workers to fall asleep.
    if (job % 500 == 0) usleep(5000);
  }
  return NULL;
}

static job_memory memories[callers];

static size_t call_from_all(void) {
  pthread_t threads[callers];
  for (int i = 0; i < callers; i++) {
    memories[i].seed = (uint64_t)i + 1;
    if (pthread_create(&threads[i], NULL, call, &memories[i])) abort();
  }
  // More threads, and fewer, while jobs are under way.
  for (int count = 2; count < 6; count++) {
    gk_set_thread_count(count);
    usleep(2000);
  }
  gk_set_thread_count(3);
  size_t failures = 0;
  for (int i = 0; i < callers; i++) {
    pthread_join(threads[i], NULL);
    failures += memories[i].failures;
  }
  return failures;
}

int main(void) {
  gk_set_thread_count(4);
  size_t failures = call_from_all();
  printf("%d jobs by %d threads at once: %zu wrong results\n", 2 * jobs * callers, callers, failures);
  return failures != 0;
}
