// The order in which items arrive.
#include "include/Reservoirs.h"

static void sort_few(gk_race_entry *a, size_t n) {
  for (size_t i = 1; i < n; i++) {
    gk_race_entry x = a[i];
    size_t j = i;
    for (; j && x.time < a[j - 1].time; j--) a[j] = a[j - 1];
    a[j] = x;
  }
}

enum { few = 24, most_digits = 256 };

// By their digits in place, the highest first (McIlroy, Bostic & McIlroy, "Engineering radix sort",
// 1993). Digits divide the range of times that there are, for times that are logarithms crowd into a
// small part of all numbers, and there are fewer of them where there are few times.
void gk_sort_race_entries(gk_race_entry *a, size_t n) {
  if (n <= few) {
    sort_few(a, n);
    return;
  }
  uint64_t least = a[0].time, largest = least;
  for (size_t i = 1; i < n; i++) {
    if (a[i].time < least) least = a[i].time;
    if (a[i].time > largest) largest = a[i].time;
  }
  uint64_t range = largest - least;
  if (range == 0) return;
  int digit_bits = 8;
  while (digit_bits > 1 && n >> digit_bits < 8) digit_bits--;
  int range_bits = 64 - __builtin_clzll(range);
  int shift = range_bits > digit_bits ? range_bits - digit_bits : 0;
  size_t digits = (size_t)(range >> shift) + 1;

  size_t next[most_digits], end[most_digits], counts[most_digits] = {0};
  for (size_t i = 0; i < n; i++) counts[(a[i].time - least) >> shift]++;
  size_t sum = 0;
  for (size_t d = 0; d < digits; d++) {
    next[d] = sum;
    end[d] = sum += counts[d];
  }
  for (size_t d = 0; d < digits; d++) {
    while (next[d] < end[d]) {
      gk_race_entry x = a[next[d]];
      for (size_t home; (home = (x.time - least) >> shift) != d;) {
        gk_race_entry other = a[next[home]];
        a[next[home]++] = x;
        x = other;
      }
      a[next[d]++] = x;
    }
  }
  if (shift == 0) return;
  for (size_t d = 0; d < digits; d++) gk_sort_race_entries(a + end[d] - counts[d], counts[d]);
}
