// Random orders: numbers in the order of their random words. Words crowd nowhere, so that twice as many
// digits as there are words put nearly every one in its place.
#include "include/Sampling.h"

enum { bucket_bits = 12, most_buckets_bits = 10, most_digit_bits = 13 };

static int bits_of(size_t n) { return n ? 64 - __builtin_clzll(n) : 0; }

/// Where the words of each digit begin, from how many there are.
static void begins(uint32_t *counts, size_t digits) {
  uint32_t sum = 0;
  for (size_t d = 0; d < digits; d++) {
    uint32_t count = counts[d];
    counts[d] = sum;
    sum += count;
  }
}

/// The numbers in the lower halves of n keys, by the keys' order. The first `known` bits of all keys
/// are the same. `y` holds positions until it holds numbers.
static void order(const uint64_t *keys, size_t n, int known, int32_t *y) {
  uint32_t next[1 << most_digit_bits];
  int bits = bits_of(n) + 1;
  if (bits > most_digit_bits) bits = most_digit_bits;
  size_t digits = (size_t)1 << bits, mask = digits - 1;
  int shift = 64 - known - bits;
  for (size_t d = 0; d < digits; d++) next[d] = 0;
  for (size_t i = 0; i < n; i++) next[keys[i] >> shift & mask]++;
  begins(next, digits);
  for (size_t i = 0; i < n; i++) y[next[keys[i] >> shift & mask]++] = (int32_t)i;
  for (size_t i = 1; i < n; i++) {
    int32_t x = y[i];
    size_t j = i;
    for (; j && keys[x] < keys[y[j - 1]]; j--) y[j] = y[j - 1];
    y[j] = x;
  }
  for (size_t i = 0; i < n; i++) y[i] = (int32_t)(uint32_t)keys[y[i]];
}

/// The order of n words that need no buckets: each goes near its place at once.
static void order_few(const uint32_t *words, size_t n, uint64_t *keys, int32_t *y) {
  uint32_t next[1 << most_digit_bits];
  int bits = bits_of(n) + 1;
  size_t digits = (size_t)1 << bits;
  for (size_t d = 0; d < digits; d++) next[d] = 0;
  for (size_t i = 0; i < n; i++) next[(uint64_t)words[i] >> (32 - bits)]++;
  begins(next, digits);
  for (size_t i = 0; i < n; i++)
    keys[next[(uint64_t)words[i] >> (32 - bits)]++] = (uint64_t)words[i] << 32 | i;
  for (size_t i = 1; i < n; i++) {
    uint64_t key = keys[i];
    size_t j = i;
    for (; j && key < keys[j - 1]; j--) keys[j] = keys[j - 1];
    keys[j] = key;
  }
  for (size_t i = 0; i < n; i++) y[i] = (int32_t)(uint32_t)keys[i];
}

void gk_permutation(const uint32_t key[2], int32_t *y, size_t n, uint64_t *keys) {
  const uint32_t *words = (const uint32_t *)(void *)y;
  gk_random_bits(key, 0, (uint32_t *)(void *)y, n);
  if (n < (size_t)1 << bucket_bits) {
    order_few(words, n, keys, y);
    return;
  }
  // First into buckets that fit into the cache.
  uint32_t next[1 << most_buckets_bits];
  int bits = bits_of(n >> bucket_bits);
  if (bits > most_buckets_bits) bits = most_buckets_bits;
  size_t buckets = (size_t)1 << bits;
  for (size_t b = 0; b < buckets; b++) next[b] = 0;
  for (size_t i = 0; i < n; i++) next[(uint64_t)words[i] >> (32 - bits)]++;
  begins(next, buckets);
  for (size_t i = 0; i < n; i++)
    keys[next[(uint64_t)words[i] >> (32 - bits)]++] = (uint64_t)words[i] << 32 | i;
  for (size_t b = 0, begin = 0; b < buckets; begin = next[b++])
    order(keys + begin, next[b] - begin, bits, y + begin);
}
