// Which recordings of operations are under way on which thread.
//
// A recording's number holds the thread's place in a table, and the table the number of the outermost
// recording under way there. So whether a number belongs to a living recording of another thread takes
// one look into the table, and the thread's own are known by comparing places.
#include <pthread.h>
#include <stdatomic.h>

#include "GumbelKernels.h"

// Place 0 is shared by the threads for which there was no other: nobody watches over those.
enum { places = 2048, place_shift = 52 };

// One to a cache line, so that threads do not disturb each other.
static struct {
  _Alignas(64) _Atomic(uint64_t) outermost;
} living[places];

// A bit a place.
static _Atomic(uint64_t) taken[places / 64] = {1};
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t at_exit;
static bool has_at_exit;

// -1: not decided yet
static _Thread_local int own_place = -1;

static void give_back_place(void *place) {
  uintptr_t number = (uintptr_t)place;
  own_place = 0;
  atomic_fetch_and(&taken[number / 64], ~(UINT64_C(1) << number % 64));
}

static void make_key(void) { has_at_exit = pthread_key_create(&at_exit, give_back_place) == 0; }

static int take_place(void) {
  pthread_once(&once, make_key);
  for (int word = 0; has_at_exit && word < places / 64; word++) {
    uint64_t seen = atomic_load(&taken[word]);
    while (~seen) {
      int bit = __builtin_ctzll(~seen);
      if (atomic_compare_exchange_weak(&taken[word], &seen, seen | UINT64_C(1) << bit)) {
        int place = word * 64 + bit;
        pthread_setspecific(at_exit, (void *)(uintptr_t)place);
        return place;
      }
    }
  }
  return 0;
}

static inline uint64_t place_of_thread(void) {
  if (__builtin_expect(own_place < 0, 0)) own_place = take_place();
  return (uint64_t)own_place;
}

uint64_t gk_recording_number(bool is_compiling) {
  return place_of_thread() << place_shift | gk_unique_id() << 1 | is_compiling;
}

uint64_t gk_recording_begins(uint64_t number) {
  _Atomic(uint64_t) *outermost = &living[place_of_thread()].outermost;
  uint64_t before = atomic_load_explicit(outermost, memory_order_relaxed);
  if (!before) atomic_store_explicit(outermost, number, memory_order_release);
  return before;
}

void gk_recording_ends(uint64_t before) {
  atomic_store_explicit(&living[place_of_thread()].outermost, before, memory_order_release);
}

bool gk_is_recorded_elsewhere(uint64_t number) {
  uint64_t place = number >> place_shift;
  if (place == 0 || (int)place == own_place) return false;
  uint64_t outermost = atomic_load_explicit(&living[place].outermost, memory_order_acquire);
  // Numbers rise: those below were there before it.
  return outermost && number >= outermost;
}
