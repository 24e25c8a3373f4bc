// Elementwise programs: simplification, and division among the threads.
#include "forms.h"

void gk_program_simplify(gk_program *p) {
  int rank = 0;
  for (int d = 0; d < p->rank; d++) {
    if (p->dims[d] == 1) continue;
    // The dimension before merges with this one where every input steps evenly through both.
    bool merges = rank > 0;
    for (int i = 0; i < p->input_count && merges; i++) {
      merges = p->strides[i][rank - 1] == p->strides[i][d] * p->dims[d];
    }
    int to = merges ? rank - 1 : rank;
    int64_t size = merges ? p->dims[to] * p->dims[d] : p->dims[d];
    for (int i = 0; i < p->input_count; i++) p->strides[i][to] = p->strides[i][d];
    p->dims[to] = size;
    rank = to + 1;
  }
  p->rank = rank;
}

/// A rough cost of an element, in additions.
static size_t cost_of(const gk_program *p) {
  size_t cost = 1;
  for (int i = 0; i < p->instruction_count; i++) {
    uint8_t op = p->instructions[i].operation;
    bool elementary = (op >= GK_EXP && op <= GK_SOFTPLUS) || op == GK_ERF || op == GK_POWER
        || op == GK_GELU || op == GK_GELU_DERIVATIVE || op == GK_SIGMOID_CROSS_ENTROPY;
    cost += elementary ? 8 : 1;
  }
  return cost;
}

typedef struct {
  const gk_program *program;
  const void *const *inputs;
  void *const *outputs;
} program_job;

static void run_part(void *context, size_t begin, size_t end) {
  const program_job *job = context;
  gk_current_forms()->program(job->program, job->inputs, job->outputs, begin, end);
}

void gk_program_run(const gk_program *program, const void *const *inputs, void *const *outputs) {
  size_t n = 1;
  for (int d = 0; d < program->rank; d++) n *= (size_t)program->dims[d];
  if (n == 0) return;
  if (n < 4096) {
    gk_current_forms()->program(program, inputs, outputs, 0, n);
    return;
  }
  program_job job = {program, inputs, outputs};
  gk_split(n, 512, 65536 / cost_of(program), run_part, &job);
}
