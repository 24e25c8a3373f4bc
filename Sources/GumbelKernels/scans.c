// Searches for the few places that matter.
#include "forms.h"

size_t gk_words_from(
    const uint32_t key[2], uint64_t first, size_t n, uint32_t least, uint32_t *places) {
  return gk_current_forms()->words_from(key, first, n, least, places);
}

size_t gk_pass_lines(const uint8_t *bytes, size_t n, uint8_t terminator, uint64_t *lines) {
  return gk_current_forms()->pass_lines(bytes, n, terminator, lines);
}
