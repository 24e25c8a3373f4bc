// Uniform draws from a range that grows: see Descents.h.
#include "include/Descents.h"

#include <math.h>
#include <string.h>

#include "forms.h"
#include "include/Sampling.h"
#include "philox.h"

enum { at_once = 1024, words_each = 4, levels_below = 64, lowest_level = -1074 };

static inline double unit(const uint32_t words[2]) {
  uint64_t x = (uint64_t)words[0] << 32 | words[1];
  return (double)(x >> 11) * 0x1p-53;
}

/// The number below 1 of a step of a slot's descent. The first two are those of one block.
static inline double unit_of_step(const uint32_t key[2], size_t slot, uint32_t step) {
  uint32_t words[words_each];
  philox_block((uint32_t)slot, step >> 1, 0, 0, key[0], key[1], words);
  return unit(words + 2 * (step & 1));
}

/// The point of a step, behind x; the words are those of the first two steps.
static inline double next_point(
    const uint32_t key[2], const uint32_t *words, size_t slot, uint32_t step, double x) {
  return x * (step == 1 ? unit(words + 2) : unit_of_step(key, slot, step));
}

static inline gk_race_entry entry(double x, size_t slot) {
  gk_race_entry result = {0, slot};
  memcpy(&result.time, &x, sizeof x);
  return result;
}

static inline void level_key(const uint32_t key[2], int level, uint32_t out[2]) {
  gk_fold_key(key, (uint64_t)(level - lowest_level), out);
}

// Twice a number below 1 before the power of two, which alone may be beyond all numbers.
static inline double start(double unit, double bottom) { return 2 * unit * bottom; }

size_t gk_descent_points(
    const uint32_t key[2], int level, double least, size_t slots, gk_race_entry *points,
    size_t room) {
  uint32_t own[2], words[words_each * at_once];
  level_key(key, level, own);
  double bottom = ldexp(1, level);
  size_t found = 0;
  for (size_t first = 0; first < slots; first += at_once) {
    size_t n = slots - first < at_once ? slots - first : at_once;
    gk_current_forms()->random_bits(own, words_each * (uint64_t)first, words, words_each * n);
    for (size_t i = 0; i < n; i++) {
      const uint32_t *w = words + words_each * i;
      double x = start(unit(w), bottom);
      for (uint32_t step = 1; x >= least; step++) {
        if (found < room) points[found] = entry(x, first + i);
        found++;
        x = next_point(own, w, first + i, step, x);
      }
    }
  }
  return found;
}

void gk_descent_draws(
    const uint32_t key[2], int level, double end, size_t slots, gk_race_entry *draws) {
  uint32_t own[2], words[words_each * at_once];
  level_key(key, level, own);
  double bottom = ldexp(1, level);
  struct {
    uint32_t key[2];
    double bottom;
  } below[levels_below];
  int count = level - lowest_level < levels_below ? level - lowest_level : levels_below;
  for (int i = 0; i < count; i++) {
    level_key(key, level - 1 - i, below[i].key);
    below[i].bottom = ldexp(1, level - 1 - i);
  }
  for (size_t first = 0; first < slots; first += at_once) {
    size_t n = slots - first < at_once ? slots - first : at_once;
    gk_current_forms()->random_bits(own, words_each * (uint64_t)first, words, words_each * n);
    for (size_t i = 0; i < n; i++) {
      const uint32_t *w = words + words_each * i;
      double x = start(unit(w), bottom), least = bottom;
      for (uint32_t step = 1; x >= end; step++) x = next_point(own, w, first + i, step, x);
      for (int j = 0; x < least && j < count; j++) {
        least = below[j].bottom;
        x = start(unit_of_step(below[j].key, first + i, 0), least);
      }
      draws[first + i] = entry(x, first + i);
    }
  }
}
