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

static void report(
    const char *workload, const char *unit, const double *seconds, int count, const char *check) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
  long long peak = usage.ru_maxrss;
#else
  long long peak = 1024LL * usage.ru_maxrss;
#endif
  printf("{\"workload\": \"%s\", \"peer\": \"c\", \"unit\": \"%s\", \"seconds\": [", workload, unit);
  for (int i = 0; i < count; i++) printf("%s%.9g", i ? ", " : "", seconds[i]);
  printf("], \"peakMemoryBytes\": %lld, \"check\": %s}\n", peak, check);
}

#endif
