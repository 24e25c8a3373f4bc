// Lines one after the other in one stretch of memory: an object a line would take longer to make,
// and more memory, than a short line itself.
#include "include/Reservoirs.h"

#include <string.h>

static inline uint8_t *write_number(uint8_t *p, uint64_t x) {
  for (; x >= 128; x >>= 7) *p++ = (uint8_t)(x | 128);
  *p++ = (uint8_t)x;
  return p;
}

static inline const uint8_t *read_number(const uint8_t *p, uint64_t *x) {
  uint64_t result = *p & 127;
  for (int shift = 7; *p++ & 128; shift += 7) result |= (uint64_t)(*p & 127) << shift;
  *x = result;
  return p;
}

size_t gk_write_line(
    uint8_t *to, uint64_t index, uint64_t number, const uint8_t *bytes, size_t length) {
  uint8_t *p = write_number(to, index);
  p = write_number(p, number - index);
  p = write_number(p, length);
  if (length) memcpy(p, bytes, length);
  return (size_t)(p - to) + length;
}

size_t gk_line_size(uint64_t index, uint64_t number, size_t length) {
  uint8_t header[GK_LINE_HEADER];
  uint8_t *p = write_number(header, index);
  p = write_number(p, number - index);
  p = write_number(p, length);
  return (size_t)(p - header) + length;
}

gk_line gk_read_line(const uint8_t *from) {
  gk_line line;
  uint64_t ahead, length;
  const uint8_t *p = read_number(from, &line.index);
  p = read_number(p, &ahead);
  p = read_number(p, &length);
  line.number = line.index + ahead;
  line.bytes = p;
  line.length = (size_t)length;
  line.size = (size_t)(p - from) + line.length;
  return line;
}

size_t gk_store_lines(
    const uint8_t *bytes, size_t n, uint8_t terminator, size_t most, size_t limit, uint64_t index,
    uint64_t number, uint8_t *memory, size_t *used, uint64_t *places, size_t *passed) {
  size_t count = 0, i = 0, place = *used;
  while (count < most && i < n) {
    const uint8_t *end = memchr(bytes + i, terminator, n - i);
    if (!end) break;
    size_t length = (size_t)(end - (bytes + i));
    if (length > limit) break;
    places[count] = place;
    place += gk_write_line(memory + place, index + count, number + count, bytes + i, length);
    i += length + 1;
    count++;
  }
  *used = place;
  *passed = i;
  return count;
}

// What lies where is known some lines ahead, and memory is slower than everything else here.
enum { lines_ahead = 16 };

size_t gk_copy_lines(
    const gk_race_entry *lines, size_t n, const uint8_t *memory, uint8_t terminator, uint8_t *out,
    size_t room, size_t *written) {
  size_t count = 0, end = 0;
  for (; count < n; count++) {
    if (n - count > lines_ahead) __builtin_prefetch(memory + lines[count + lines_ahead].item);
    gk_line line = gk_read_line(memory + lines[count].item);
    if (line.length >= room - end) break;
    memcpy(out + end, line.bytes, line.length);
    out[end + line.length] = terminator;
    end += line.length + 1;
  }
  *written = end;
  return count;
}
