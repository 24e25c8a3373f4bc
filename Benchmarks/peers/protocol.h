// What every C peer does around its workload: arguments, clock, one JSON object a line.
#ifndef PEERS_PROTOCOL_H
#define PEERS_PROTOCOL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// The value of --repeat; the other arguments say nothing to a program of one workload and thread.
static int repeat_count(int argc, char **argv, int otherwise) {
  for (int i = 1; i + 1 < argc; i++) {
    if (strcmp(argv[i], "--repeat") == 0 && atoi(argv[i + 1]) > 0) return atoi(argv[i + 1]);
  }
  return otherwise;
}

// Linux keeps the peak of getrusage across exec, so that it would be at least that of the runner.
static long long peak_memory_bytes(void) {
#ifdef __linux__
  FILE *status = fopen("/proc/self/status", "r");
  char line[128];
  long long kilobytes = 0;
  while (status && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %lld", &kilobytes);
  if (status) fclose(status);
  return 1024 * kilobytes;
#else
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
#endif
}

// `variant` may be NULL.
static void report(
    const char *workload, const char *variant, const char *unit, const double *seconds, int count,
    const char *check) {
  printf("{\"workload\": \"%s\", \"peer\": \"c\"", workload);
  if (variant) printf(", \"variant\": \"%s\"", variant);
  printf(", \"unit\": \"%s\"", unit);
  printf(", \"seconds\": [");
  for (int i = 0; i < count; i++) printf("%s%.9g", i ? ", " : "", seconds[i]);
  printf("], \"peakMemoryBytes\": %lld, \"check\": %s}\n", peak_memory_bytes(), check);
}

#endif
