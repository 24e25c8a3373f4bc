// Searches through random words and through text, for the few places that matter.

static size_t words_from_run(
    const uint32_t key[2], uint64_t first, size_t n, uint32_t least, uint32_t *places) {
  uint32_t words[noise_tile + 2 * words_at_once];
  size_t count = 0;
  for (size_t c = 0; c < n; c += noise_tile) {
    size_t length = n - c < noise_tile ? n - c : noise_tile, skip = (first + c) & 3;
    philox_words(key, (first + c) >> 2, 0, words, skip + length);
    for (size_t i = 0; i < length; i += 8) {
      uint32_t lanes = lane_bits((vu)load_int(words + skip + i) >= least);
      if (length - i < 8) lanes &= (1u << (length - i)) - 1;
      for (; lanes; lanes &= lanes - 1) {
        places[count++] = (uint32_t)(c + i + (size_t)__builtin_ctz(lanes));
      }
    }
  }
  return count;
}

/// One bit for each of 64 bytes, set where there is the terminator.
#if GK_AVX2
INLINE uint64_t line_ends(const uint8_t *p, uint8_t terminator) {
  const __m256i feed = _mm256_set1_epi8((char)terminator);
  __m256i a, b;
  memcpy(&a, p, 32);
  memcpy(&b, p + 32, 32);
  uint64_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, feed));
  return (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, feed)) << 32 | low;
}
#else
INLINE uint64_t line_ends(const uint8_t *p, uint8_t terminator) {
  typedef uint8_t bytes16 __attribute__((ext_vector_type(16)));
  const bytes16 bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint64_t result = 0;
  for (int part = 3; part >= 0; part--) {
    bytes16 x;
    memcpy(&x, p + 16 * part, 16);
    bytes16 bits = (bytes16)(x == terminator) & bit;
    uint64_t halves[2];
    memcpy(halves, &bits, 16);
    // The eight bytes have no bit in common: their sum, in the top byte, is all of them together.
    uint64_t low = halves[0] * 0x0101010101010101u >> 56;
    uint64_t high = halves[1] * 0x0101010101010101u >> 56;
    result = result << 16 | high << 8 | low;
  }
  return result;
}
#endif

static size_t pass_lines_run(
    const uint8_t *bytes, size_t n, uint8_t terminator, uint64_t *lines) {
  uint64_t left = *lines;
  if (left == 0) return 0;
  for (size_t i = 0; i < n; i += 64) {
    uint64_t ends;
    if (n - i >= 64) {
      ends = line_ends(bytes + i, terminator);
    } else {
      uint8_t last[64];
      memset(last, (uint8_t)~terminator, sizeof last);
      memcpy(last, bytes + i, n - i);
      ends = line_ends(last, terminator);
    }
    uint64_t count = (uint64_t)__builtin_popcountll(ends);
    if (count >= left) {
      while (--left) ends &= ends - 1;
      *lines = 0;
      return i + (size_t)__builtin_ctzll(ends) + 1;
    }
    left -= count;
  }
  *lines = left;
  return n;
}
