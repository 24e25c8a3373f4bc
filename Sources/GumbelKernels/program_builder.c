// Building elementwise programs, and the process-wide counter.

#include <stdatomic.h>
#include "GumbelKernels.h"

uint64_t gk_unique_id(void) {
  static _Atomic uint64_t next = 1;
  return atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
}

void gk_program_begin(gk_program *program, int rank, const int32_t *dims) {
  program->rank = rank;
  program->input_count = 0;
  program->output_count = 0;
  program->register_count = 0;
  program->instruction_count = 0;
  for (int d = 0; d < rank; d++) program->dims[d] = dims[d];
}

int gk_program_add_input(gk_program *program, int rank, const int32_t *dims) {
  int64_t *strides = program->strides[program->input_count];
  int64_t stride = 1;
  for (int d = program->rank - 1; d >= 0; d--) {
    const int own = d - (program->rank - rank);
    const int64_t extent = own >= 0 ? dims[own] : 1;
    strides[d] = extent == 1 ? 0 : stride;
    stride *= extent;
  }
  program->register_count = program->input_count + 1;
  return program->input_count++;
}

void gk_program_append(gk_program *program, gk_operation operation, int out, int a, int b, int c) {
  gk_instruction *instruction = &program->instructions[program->instruction_count++];
  instruction->operation = (uint8_t)operation;
  instruction->out = (uint8_t)out;
  instruction->a = (uint8_t)a;
  instruction->b = (uint8_t)b;
  instruction->c = (uint8_t)c;
  if (program->register_count <= out) program->register_count = out + 1;
}

void gk_program_add_output(gk_program *program, int reg) {
  program->output_registers[program->output_count++] = (uint8_t)reg;
}

void gk_elementwise(
    gk_operation operation, int64_t n, int input_count, const void *const *inputs,
    const bool *is_scalar, void *output) {
  gk_program program;
  program.rank = 1;
  program.dims[0] = n;
  program.input_count = input_count;
  program.output_count = 1;
  program.register_count = input_count + 1;
  program.instruction_count = 1;
  for (int i = 0; i < input_count; i++) program.strides[i][0] = is_scalar[i] ? 0 : 1;
  program.output_registers[0] = (uint8_t)input_count;
  program.instructions[0] =
      (gk_instruction){(uint8_t)operation, (uint8_t)input_count, 0, 1, 2};
  gk_program_run(&program, inputs, &output);
}
