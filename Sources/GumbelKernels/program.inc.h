// Runs a chain of elementwise operations tile by tile, so that everything between the inputs and
// the outputs stays in the first-level cache.

enum { scratch_floats = 8192, largest_tile = 512 };

/// Where a register's elements are: in memory that advances with the position, or in a tile.
typedef struct {
  char *base;
  size_t step;  // 4 in memory, 0 in a tile
} place;

typedef struct {
  operation_loop *loop;
  place out, a, b, c;
} resolved_instruction;

enum input_kind { input_in_place, input_scalar, input_expanded };

INLINE int operand_count(uint8_t operation) { return 1 + (operation >> 6); }

/// How an input is read, from its strides.
static inline enum input_kind kind_of_input(const gk_program *p, int input) {
  const int64_t *strides = p->strides[input];
  if (p->rank == 1) {
    if (strides[0] == 1 || p->dims[0] == 1) return input_in_place;
    return strides[0] == 0 ? input_scalar : input_expanded;
  }
  int64_t whole = 1;
  bool in_place = true, scalar = true;
  for (int d = p->rank - 1; d >= 0; d--) {
    if (p->dims[d] == 1) continue;
    in_place &= strides[d] == whole;
    scalar &= strides[d] == 0;
    whole *= p->dims[d];
  }
  return in_place ? input_in_place : scalar ? input_scalar : input_expanded;
}

static void fill_words(uint32_t *out, uint32_t word, size_t n) {
  size_t i = 0;
  vi v = splat_int((int32_t)word);
  for (; i + 8 <= n; i += 8) store_int(out + i, v);
  if (i < n) store_first_int(out + i, v, n - i);
}

static void copy_words(uint32_t *out, const uint32_t *x, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) store_int(out + i, load_int(x + i));
  if (i < n) store_first_int(out + i, load_first_int(x + i, n - i), n - i);
}

/// Elements position ..< position + n of a broadcast input, written one after another.
static void expand_input(
    const gk_program *p, int input, const uint32_t *x, size_t position, size_t n, uint32_t *out) {
  const int64_t *strides = p->strides[input];
  int64_t index[gk_max_rank] = {0};
  int64_t offset = 0;
  for (int d = p->rank - 1; d >= 0 && position; d--) {
    index[d] = (int64_t)(position % (size_t)p->dims[d]);
    position /= (size_t)p->dims[d];
    offset += index[d] * strides[d];
  }
  int last = p->rank - 1;
  int64_t stride = strides[last];
  while (n) {
    size_t run = (size_t)(p->dims[last] - index[last]);
    if (run > n) run = n;
    const uint32_t *source = x + offset;
    if (stride == 0) fill_words(out, *source, run);
    else if (stride == 1) copy_words(out, source, run);
    else for (size_t i = 0; i < run; i++) out[i] = source[(int64_t)i * stride];
    out += run;
    n -= run;
    // To the start of the next innermost run.
    offset -= index[last] * stride;
    index[last] = 0;
    for (int d = last - 1; d >= 0; d--) {
      offset += strides[d];
      if (++index[d] < p->dims[d]) break;
      offset -= index[d] * strides[d];
      index[d] = 0;
    }
  }
}

/// The instruction that may write output j straight to its memory, or -1: the last one that writes
/// its register, unless an input that lives in that memory is read after it.
static int direct_instruction(
    const gk_program *p, const void *const *inputs, void *const *outputs, int output) {
  uint8_t target = p->output_registers[output];
  for (int j = 0; j < output; j++) {
    if (p->output_registers[j] == target) return -1;
  }
  int writer = p->instruction_count - 1;
  while (writer >= 0 && p->instructions[writer].out != target) writer--;
  uint64_t living_there = 0;
  for (int i = 0; i < p->input_count; i++) {
    if (inputs[i] == outputs[output]) living_there |= (uint64_t)1 << i;
  }
  if (!living_there) return writer;
  for (int i = writer + 1; i < p->instruction_count; i++) {
    const gk_instruction *reader = &p->instructions[i];
    uint64_t reads = (uint64_t)1 << reader->a;
    if (reader->operation >= 64) reads |= (uint64_t)1 << reader->b;
    if (reader->operation >= 128) reads |= (uint64_t)1 << reader->c;
    if (reads & living_there) return -1;
  }
  // Inputs that are outputs as they stand are copied after the last instruction.
  for (int j = 0; j < p->output_count; j++) {
    if ((uint64_t)1 << p->output_registers[j] & living_there) return -1;
  }
  return writer;
}

enum { few_elements = 16, short_run = 64 };

/// A few elements, as the scalars and the small batches of small networks are: one or two vectors a
/// register.
static void run_few(
    const gk_program *p, const void *const *inputs, void *const *outputs, size_t begin, size_t n) {
  _Alignas(32) uint32_t tiles[gk_max_registers][few_elements];
  for (int i = 0; i < p->input_count; i++) {
    const uint32_t *x = inputs[i];
    uint32_t *tile = tiles[i];
    switch (kind_of_input(p, i)) {
    case input_scalar:
      store_int(tile, splat_int((int32_t)*x));
      store_int(tile + 8, splat_int((int32_t)*x));
      break;
    case input_expanded: expand_input(p, i, x, begin, n, tile); break;
    case input_in_place:
      store((float *)tile, load_up_to((const float *)x + begin, n, 0));
      if (n > 8) store((float *)tile + 8, load_up_to((const float *)x + begin + 8, n - 8, 0));
    }
  }
  for (int i = 0; i < p->instruction_count; i++) {
    // Operands that an operation does not have are not read.
    const gk_instruction *step = &p->instructions[i];
    operation_loops[step->operation](
        tiles[step->out], tiles[step->a], tiles[step->b], tiles[step->c], n > 8 ? 16 : 8);
  }
  for (int j = 0; j < p->output_count; j++) {
    const float *tile = (const float *)tiles[p->output_registers[j]];
    store_up_to((float *)outputs[j] + begin, load(tile), n);
    if (n > 8) store_up_to((float *)outputs[j] + begin + 8, load(tile + 8), n - 8);
  }
}

/// Not many elements: one small tile a register, and none of the bookkeeping of run_tiles.
static void run_short(
    const gk_program *p, const void *const *inputs, void *const *outputs, size_t begin, size_t n) {
  _Alignas(64) uint32_t tiles[gk_max_registers][short_run];
  uint32_t *places[gk_max_registers];
  bool padded = n % 8;
  size_t rounded = (n + 7) / 8 * 8;
  int input_count = p->input_count;
  for (int i = 0; i < input_count; i++) {
    const uint32_t *x = inputs[i];
    places[i] = tiles[i];
    switch (kind_of_input(p, i)) {
    case input_scalar: {
      vi v = splat_int((int32_t)*x);
      for (size_t e = 0; e < rounded; e += 8) store_int(tiles[i] + e, v);
      break;
    }
    case input_expanded: expand_input(p, i, x, begin, n, tiles[i]); break;
    case input_in_place:
      if (padded) copy_words(tiles[i], x + begin, n);
      else places[i] = (uint32_t *)x + begin;
    }
  }
  for (int r = input_count; r < p->register_count; r++) places[r] = tiles[r];
  // The last instruction may write to memory that it reads.
  int count = p->instruction_count;
  bool direct = !padded && p->output_count == 1 && count > 0
      && p->output_registers[0] == p->instructions[count - 1].out;
  for (int i = 0; i < count; i++) {
    const gk_instruction *step = &p->instructions[i];
    uint8_t operation = step->operation;
    uint32_t *out = direct && i == count - 1 ? (uint32_t *)outputs[0] + begin : places[step->out];
    operation_loops[operation](
        out, places[step->a], places[operation >= 64 ? step->b : step->a],
        places[operation >= 128 ? step->c : step->a], rounded);
  }
  if (direct) return;
  for (int j = 0; j < p->output_count; j++) {
    copy_words((uint32_t *)outputs[j] + begin, places[p->output_registers[j]], n);
  }
}

static __attribute__((noinline)) void run_tiles(
    const gk_program *p, const void *const *inputs, void *const *outputs, size_t begin,
    size_t end) {
  _Alignas(64) float scratch[scratch_floats];
  resolved_instruction resolved[gk_max_instructions];
  place places[gk_max_registers];
  enum input_kind kinds[gk_max_inputs];
  int direct_at[gk_max_outputs];

  int registers = p->register_count;
  size_t tile = largest_tile;
  if ((size_t)registers * tile > scratch_floats) {
    tile = scratch_floats / (size_t)registers / 8 * 8;
  }
  size_t n = end - begin;
  // What is shorter than a tile and not a multiple of 8 is copied to tiles and back.
  if (n < tile) tile = (n + 7) / 8 * 8;
  bool padded = n < tile;

  for (int i = 0; i < p->input_count; i++) {
    char *slot = (char *)(scratch + (size_t)i * tile);
    kinds[i] = kind_of_input(p, i);
    bool in_place = kinds[i] == input_in_place && !padded;
    if (in_place) places[i] = (place){(char *)inputs[i], 4};
    else places[i] = (place){slot, 0};
    if (kinds[i] == input_scalar) {
      fill_words((uint32_t *)slot, *(const uint32_t *)inputs[i], tile);
    }
  }
  for (int r = p->input_count; r < registers; r++) {
    places[r] = (place){(char *)(scratch + (size_t)r * tile), 0};
  }

  for (int j = 0; j < p->output_count; j++) {
    direct_at[j] = padded ? -1 : direct_instruction(p, inputs, outputs, j);
  }
  // Operands are resolved in order, so that a register is read where it was last written.
  int count = p->instruction_count;
  for (int i = 0; i < count; i++) {
    const gk_instruction *step = &p->instructions[i];
    resolved_instruction *to = &resolved[i];
    int operands = operand_count(step->operation);
    to->loop = operation_loops[step->operation];
    to->a = places[step->a];
    to->b = operands > 1 ? places[step->b] : to->a;
    to->c = operands > 2 ? places[step->c] : to->a;
    for (int j = 0; j < p->output_count; j++) {
      if (direct_at[j] == i) places[step->out] = (place){(char *)outputs[j], 4};
    }
    to->out = places[step->out];
  }

  size_t length;
  for (size_t position = begin; position < end; position += length) {
    length = end - position < tile ? end - position : tile;
    if (!padded && length % 8) {
      // The rest of a long run: its whole vectors first, then itself padded.
      size_t whole = length / 8 * 8;
      if (whole == 0) {
        run_tiles(p, inputs, outputs, position, end);
        return;
      }
      length = whole;
    }
    size_t rounded = padded ? tile : length;
    for (int i = 0; i < p->input_count; i++) {
      if (kinds[i] == input_expanded) {
        expand_input(p, i, inputs[i], position, length, (uint32_t *)places[i].base);
      } else if (padded && kinds[i] == input_in_place) {
        copy_words(
            (uint32_t *)places[i].base, (const uint32_t *)inputs[i] + position, length);
      }
    }
    for (int i = 0; i < count; i++) {
      const resolved_instruction *r = &resolved[i];
      r->loop(
          r->out.base + position * r->out.step, r->a.base + position * r->a.step,
          r->b.base + position * r->b.step, r->c.base + position * r->c.step, rounded);
    }
    for (int j = 0; j < p->output_count; j++) {
      if (direct_at[j] >= 0) continue;
      const place *from = &places[p->output_registers[j]];
      copy_words(
          (uint32_t *)outputs[j] + position,
          (const uint32_t *)(from->base + position * from->step), length);
    }
  }
}

static void run_program(
    const gk_program *p, const void *const *inputs, void *const *outputs, size_t begin,
    size_t end) {
  size_t n = end - begin;
  if (n <= few_elements) run_few(p, inputs, outputs, begin, n);
  else if (n <= short_run) run_short(p, inputs, outputs, begin, n);
  else run_tiles(p, inputs, outputs, begin, end);
}
