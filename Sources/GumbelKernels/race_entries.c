// The order in which items arrive.
#include "include/Reservoirs.h"

#include <stdbool.h>
#include <string.h>

static void sort_few(gk_race_entry *a, size_t n) {
  for (size_t i = 1; i < n; i++) {
    gk_race_entry x = a[i];
    size_t j = i;
    for (; j && x.time < a[j - 1].time; j--) a[j] = a[j - 1];
    a[j] = x;
  }
}

enum { few = 24, most_digits = 256 };

// How entries are divided by a digit of their times: the one of an entry is (time - least) >> shift.
typedef struct {
  uint64_t least;
  int shift;
  size_t digits, counts[most_digits];
} division;

// Digits divide the range of times that there are, for times that are logarithms crowd into a small part
// of all numbers, and there are fewer of them where there are few times. False where all times are one.
static bool divide(const gk_race_entry *a, size_t n, division *d) {
  uint64_t least = a[0].time, largest = least;
  for (size_t i = 1; i < n; i++) {
    if (a[i].time < least) least = a[i].time;
    if (a[i].time > largest) largest = a[i].time;
  }
  uint64_t range = largest - least;
  if (range == 0) return false;
  int digit_bits = 8;
  while (digit_bits > 1 && n >> digit_bits < 8) digit_bits--;
  int range_bits = 64 - __builtin_clzll(range);
  *d = (division){.least = least, .shift = range_bits > digit_bits ? range_bits - digit_bits : 0};
  d->digits = (size_t)(range >> d->shift) + 1;
  for (size_t i = 0; i < n; i++) d->counts[(a[i].time - least) >> d->shift]++;
  return true;
}

// By their digits in place, the highest first (McIlroy, Bostic & McIlroy, "Engineering radix sort",
// 1993).
void gk_sort_race_entries(gk_race_entry *a, size_t n) {
  if (n <= few) {
    sort_few(a, n);
    return;
  }
  division by;
  if (!divide(a, n, &by)) return;
  size_t next[most_digits], end[most_digits];
  size_t sum = 0;
  for (size_t d = 0; d < by.digits; d++) {
    next[d] = sum;
    end[d] = sum += by.counts[d];
  }
  for (size_t d = 0; d < by.digits; d++) {
    while (next[d] < end[d]) {
      gk_race_entry x = a[next[d]];
      for (size_t home; (home = (x.time - by.least) >> by.shift) != d;) {
        gk_race_entry other = a[next[home]];
        a[next[home]++] = x;
        x = other;
      }
      a[next[d]++] = x;
    }
  }
  if (by.shift == 0) return;
  for (size_t d = 0; d < by.digits; d++) gk_sort_race_entries(a + end[d] - by.counts[d], by.counts[d]);
}

// In place each entry is read where the one before it has to go, so that all wait for memory one after the
// other. With other memory they are read one behind the other, and nothing waits for what is written.
void gk_sort_race_entries_by(gk_race_entry *a, size_t n, gk_race_entry *other) {
  enum { cached = 1 << 14 };
  division by;
  if (n <= cached) {
    gk_sort_race_entries(a, n);
    return;
  }
  if (!divide(a, n, &by)) return;
  size_t next[most_digits];
  size_t sum = 0;
  for (size_t d = 0; d < by.digits; d++) {
    next[d] = sum;
    sum += by.counts[d];
  }
  for (size_t i = 0; i < n; i++) other[next[(a[i].time - by.least) >> by.shift]++] = a[i];
  for (size_t d = 0; d < by.digits; d++) {
    size_t start = next[d] - by.counts[d];
    if (by.shift) gk_sort_race_entries_by(other + start, by.counts[d], a + start);
    memcpy(a + start, other + start, by.counts[d] * sizeof *a);
  }
}
