// 2^20 standard Gumbel values on one core: the floor for workload gumbel-noise.
//
//   cc -O3 -mavx2 -mfma -o gumbel_noise gumbel_noise.c
#include "avx2.h"
#include "protocol.h"

enum { COUNT = 1 << 20 };

static float values[COUNT] __attribute__((aligned(32)));

static void fill(uint64_t key) {
  for (uint64_t group = 0; group < COUNT / GROUP; group++) {
    gumbel_group(values + GROUP * group, group, key);
  }
}

int main(int argc, char **argv) {
  int repeat = repeat_count(argc, argv, 20);
  double *seconds = malloc(sizeof(double) * (size_t)repeat);
  if (!seconds) return 1;
  fill(0);
  for (int i = 0; i < repeat; i++) {
    double start = now();
    fill((uint64_t)i + 1);
    seconds[i] = now() - start;
  }
  double sum = 0;
  for (int i = 0; i < COUNT; i++) sum += values[i];
  char check[64];
  snprintf(check, sizeof check, "{\"mean\": %.6f}", sum / COUNT);
  report("gumbel-noise", NULL, "2^20 values", seconds, repeat, check);
  free(seconds);
}
