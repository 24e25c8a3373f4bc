#include <stdbool.h>
#include <stdint.h>

static inline int32_t atomic_word_value(const int32_t *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}
static inline void atomic_word_set(int32_t *word, int32_t value) {
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
}
static inline void atomic_word_add(int32_t *word, int32_t value) {
  __atomic_fetch_add(word, value, __ATOMIC_ACQ_REL);
}
/// Changes a word that is 0.
static inline void atomic_word_set_first(int32_t *word, int32_t value) {
  int32_t zero = 0;
  __atomic_compare_exchange_n(word, &zero, value, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

// Pure, so that the caller need not retain what it holds around a call that might, for all it sees,
// release it.
__attribute__((pure)) static inline intptr_t atomic_address_value(const intptr_t *address) {
  return __atomic_load_n(address, __ATOMIC_ACQUIRE);
}
static inline void atomic_address_set(intptr_t *address, intptr_t value) {
  __atomic_store_n(address, value, __ATOMIC_RELEASE);
}
