// The order of an exponential race in a reservoir, and lines kept in one stretch of memory.
#ifndef GUMBEL_KERNELS_RESERVOIRS_H
#define GUMBEL_KERNELS_RESERVOIRS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An item of an exponential race: when it arrives, as a number that rises with the time, and what it
/// is called by whoever keeps it.
typedef struct {
  uint64_t time, item;
} gk_race_entry;

/// Puts entries in the order of their times, in place. Which of equal times comes first is not said.
void gk_sort_race_entries(gk_race_entry *entries, size_t n);

/// The same with memory for n others, whose contents are lost: faster where there are many.
void gk_sort_race_entries_by(gk_race_entry *entries, size_t n, gk_race_entry *others);

// MARK: - Lines
// A line in memory is its number in the stream, how far its number in the source is above that, modulo
// 2^64, and its length, each in base 128 with the lowest digit first (LEB128); and then its bytes.

typedef struct {
  uint64_t index, number;
  const uint8_t *bytes;
  size_t length;
  size_t size;  // of all of it in memory
} gk_line;

/// The most bytes before those of a line itself.
enum { GK_LINE_HEADER = 30 };

/// Writes a line; returns the bytes that it takes, the fewest where number is little above index. There
/// is room for GK_LINE_HEADER + length.
size_t gk_write_line(
    uint8_t *to, uint64_t index, uint64_t number, const uint8_t *bytes, size_t length);
/// The bytes that it would take.
size_t gk_line_size(uint64_t index, uint64_t number, size_t length);
gk_line gk_read_line(const uint8_t *from);

/// Writes the lines whose terminators are within n bytes: up to `most`, and none from the first on that
/// has more than `limit` bytes. Line i has the numbers index + i and number + i; places[i] is where it begins
/// in `memory`, the first one at *used. There is room for n bytes and `most` headers behind *used,
/// which is moved to the end. Returns how many they are, and in *passed their bytes with terminators.
size_t gk_store_lines(
    const uint8_t *bytes, size_t n, uint8_t terminator, size_t most, size_t limit, uint64_t index,
    uint64_t number, uint8_t *memory, size_t *used, uint64_t *places, size_t *passed);

/// Copies the lines at the places that are the items of entries, each with the terminator behind it,
/// as far as there is room; returns how many, and in *written their bytes.
size_t gk_copy_lines(
    const gk_race_entry *lines, size_t n, const uint8_t *memory, uint8_t terminator, uint8_t *out,
    size_t room, size_t *written);

#ifdef __cplusplus
}
#endif

#endif
