// A pool of threads that claim turns of a job, each a run of its indices.
//
// Turns are claimed from both ends: the calling thread takes them from the first on, the next thread
// from the last down. So a thread meets the same part of a tensor again in one operation after the
// other, in its own cache, and still nobody waits while there are turns left.
//
// A job is announced by one 64-bit word: its generation in the high half, the turns claimed from the
// end and from the beginning in the low half. A worker claims a turn by compare-and-swap on the whole
// word, so one that wakes late can never take a turn of a job that it has not seen. The word is
// closed (low half all ones) before the fields of a new job are written.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "forms.h"

// A worker keeps asking for about a millisecond before it sleeps: woken by the thread that has work,
// it would often be put on that very thread's processor. It soon asks between turns of others, so
// that where processors are short it gives way.
enum { max_threads = 256, spins_before_yield = 2000, spins_before_sleep = 4000 };
static const uint32_t closed = UINT32_MAX;
// Fewer than what would close the word.
enum { most_turns = 60000 };

static atomic_int wanted_threads;  // 0: not decided yet
static _Atomic(uint64_t) ticket;
static atomic_size_t job_count, job_turns, job_done;
static _Atomic(void *) job_context;
static _Atomic(void (*)(void *, size_t)) job_body;
static _Atomic(const gk_forms *) job_forms;
static atomic_int job_workers;
static atomic_flag busy = ATOMIC_FLAG_INIT;
static int started_workers;  // guarded by `busy`

static pthread_mutex_t sleep_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static atomic_int sleepers;

static _Thread_local bool inside_body;

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

int gk_thread_count(void) {
  int n = atomic_load_explicit(&wanted_threads, memory_order_relaxed);
  if (n) return n;
  n = gk_wished_threads(max_threads);
  if (!n) n = gk_available_processors();
  if (n > max_threads) n = max_threads;
  int none = 0;
  return atomic_compare_exchange_strong(&wanted_threads, &none, n) ? n : none;
}

void gk_set_thread_count(int count) {
  if (count < 1) count = 1;
  atomic_store(&wanted_threads, count > max_threads ? max_threads : count);
}

/// Where a turn's indices begin.
static size_t share(size_t count, size_t turn, size_t turns) {
  return (size_t)((unsigned __int128)count * turn / turns);
}

/// Claims and runs turns of the announced job until none is left.
static void work(bool from_end) {
  for (;;) {
    uint64_t seen = atomic_load_explicit(&ticket, memory_order_acquire);
    size_t turns = atomic_load_explicit(&job_turns, memory_order_acquire);
    uint32_t claimed = (uint32_t)seen, begun = claimed & 0xffff, ended = claimed >> 16;
    if (claimed == closed || begun + ended >= turns) return;
    if (!atomic_compare_exchange_weak_explicit(
            &ticket, &seen, seen + (from_end ? 1 << 16 : 1), memory_order_acq_rel,
            memory_order_relaxed)) {
      continue;
    }
    // The job cannot end before this turn is done, so its fields are stable from here.
    size_t turn = from_end ? turns - 1 - ended : begun;
    size_t count = atomic_load_explicit(&job_count, memory_order_relaxed);
    void (*body)(void *, size_t) = atomic_load_explicit(&job_body, memory_order_relaxed);
    void *context = atomic_load_explicit(&job_context, memory_order_relaxed);
    gk_force_forms(atomic_load_explicit(&job_forms, memory_order_relaxed));
    for (size_t i = share(count, turn, turns); i < share(count, turn + 1, turns); i++) {
      body(context, i);
    }
    atomic_fetch_add_explicit(&job_done, 1, memory_order_release);
  }
}

static bool has_work(uint32_t generation) {
  return (uint32_t)(atomic_load(&ticket) >> 32) != generation;
}

static void *worker(void *argument) {
  int number = (int)(intptr_t)argument;
  inside_body = true;
  // Signals are for the program's own threads, and here they could meet a product.
  gk_block_signals();
  uint32_t generation = 0;
  for (;;) {
    int spins = 0;
    while (!has_work(generation)) {
      if (++spins < spins_before_yield) {
        relax();
        continue;
      }
      if (spins < spins_before_sleep) {
        sched_yield();
        continue;
      }
      pthread_mutex_lock(&sleep_mutex);
      atomic_fetch_add(&sleepers, 1);
      while (!has_work(generation)) pthread_cond_wait(&wake, &sleep_mutex);
      atomic_fetch_sub(&sleepers, 1);
      pthread_mutex_unlock(&sleep_mutex);
    }
    generation = (uint32_t)(atomic_load(&ticket) >> 32);
    if (number < atomic_load_explicit(&job_workers, memory_order_relaxed)) {
      work(number % 2 == 0);
    }
  }
  return NULL;
}

static void run_serially(size_t count, void (*body)(void *, size_t), void *context) {
  for (size_t i = 0; i < count; i++) body(context, i);
}

/// A child has the thread that forked and no other: no workers, nobody asleep, and no job under way.
static void forget_workers(void) {
  started_workers = 0;
  atomic_store(&sleepers, 0);
  sleep_mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  wake = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  atomic_store(&ticket, (atomic_load(&ticket) >> 32 << 32) | closed);
  atomic_flag_clear(&busy);
}

void gk_parallel_for(size_t count, void (*body)(void *context, size_t index), void *context) {
  int threads = gk_thread_count();
  if (count < 2 || threads < 2 || inside_body
      || atomic_flag_test_and_set_explicit(&busy, memory_order_acquire)) {
    run_serially(count, body, context);
    return;
  }
  int workers = threads - 1;
  static bool forgets;  // guarded by `busy`
  if (!forgets) forgets = pthread_atfork(NULL, NULL, forget_workers) == 0;
  while (started_workers < workers) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 1 << 20);
    int failure =
        pthread_create(&thread, &attributes, worker, (void *)(intptr_t)started_workers);
    pthread_attr_destroy(&attributes);
    if (failure) break;
    started_workers++;
  }

  uint64_t generation = (atomic_load_explicit(&ticket, memory_order_relaxed) >> 32) + 1;
  atomic_store(&ticket, generation << 32 | closed);
  atomic_store_explicit(&job_done, 0, memory_order_relaxed);
  atomic_store_explicit(&job_body, body, memory_order_relaxed);
  atomic_store_explicit(&job_context, context, memory_order_relaxed);
  atomic_store_explicit(&job_forms, gk_forced_forms(), memory_order_relaxed);
  atomic_store_explicit(&job_workers, workers, memory_order_relaxed);
  atomic_store_explicit(&job_count, count, memory_order_relaxed);
  size_t turns = count < most_turns ? count : most_turns;
  atomic_store_explicit(&job_turns, turns, memory_order_release);
  atomic_store(&ticket, (generation + 1) << 32);
  if (atomic_load(&sleepers) > 0) {
    pthread_mutex_lock(&sleep_mutex);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&sleep_mutex);
  }

  inside_body = true;
  work(false);
  inside_body = false;
  for (int spins = 0; atomic_load_explicit(&job_done, memory_order_acquire) < turns;) {
    if (++spins < spins_before_yield) relax();
    else sched_yield();
  }
  atomic_flag_clear_explicit(&busy, memory_order_release);
}

typedef struct {
  size_t n, part;
  void (*body)(void *context, size_t begin, size_t end);
  void *context;
} split_job;

static void run_part(void *context, size_t index) {
  const split_job *job = context;
  size_t begin = index * job->part;
  size_t end = job->n - begin < job->part ? job->n : begin + job->part;
  job->body(job->context, begin, end);
}

void gk_split(
    size_t n, size_t multiple, size_t grain, void (*body)(void *context, size_t begin, size_t end),
    void *context) {
  if (n < 2 * grain || inside_body) {
    if (n) body(context, 0, n);
    return;
  }
  // A few parts for each thread even out what the threads lose to other work.
  size_t part = n / ((size_t)gk_thread_count() * 4);
  if (part < grain) part = grain;
  part = (part + multiple - 1) / multiple * multiple;
  split_job job = {n, part, body, context};
  gk_parallel_for((n + part - 1) / part, run_part, &job);
}
