// How many processors there are for this process: what its affinity mask says, and no more than the
// quota of its control groups pays for.
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "forms.h"

/// Up to two words of a file of one line; false where there is none.
static bool read_words(const char *path, char first[32], char second[32]) {
  FILE *file = fopen(path, "re");
  if (!file) return false;
  int found = fscanf(file, "%31s %31s", first, second);
  fclose(file);
  if (found < 2) second[0] = 0;
  return found > 0;
}

/// Quota / period in processors, rounded up; 0 where there is no limit.
static int processors_of(const char *quota, const char *period) {
  double time = strtod(quota, NULL), length = strtod(period, NULL);
  if (!(time > 0 && length > 0)) return 0;  // "max" and -1 stand for no limit
  double count = time / length;
  int whole = count < 1e6 ? (int)count : 1000000;
  return whole < count ? whole + 1 : whole;
}

/// The quota of one group, of version 2 or 1.
static int group_quota(const char *folder, bool is_unified) {
  char path[4400], quota[32], period[32], unused[32];
  if (is_unified) {
    snprintf(path, sizeof path, "%s/cpu.max", folder);
    return read_words(path, quota, period) ? processors_of(quota, period) : 0;
  }
  snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
  if (!read_words(path, quota, unused)) return 0;
  snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
  return read_words(path, period, unused) ? processors_of(quota, period) : 0;
}

static int smaller_limit(int a, int b) { return a == 0 || (b && b < a) ? b : a; }

/// The smallest quota of a group and of those that it lies in. Inside a container the path may be the
/// host's, of which only the root is there.
static int quota_up_from(const char *mount, char *group, bool is_unified) {
  int limit = 0;
  for (;;) {
    char folder[4200];
    snprintf(folder, sizeof folder, "%s%s", mount, group);
    limit = smaller_limit(limit, group_quota(folder, is_unified));
    char *slash = strrchr(group, '/');
    if (!slash) return limit;
    *slash = 0;
  }
}

/// Whether a list of names divided by commas contains "cpu".
static bool names_cpu(char *names) {
  char *rest = NULL;
  for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
    if (strcmp(name, "cpu") == 0) return true;
  }
  return false;
}

int gk_quota_processors(const char *groups, const char *mount) {
  FILE *file = fopen(groups, "re");
  if (!file) return 0;
  int limit = 0;
  char line[4096];
  // Lines are number:controllers:path. Version 2 has the number 0 and no controllers.
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    char *names = strchr(line, ':');
    char *path = names ? strchr(names + 1, ':') : NULL;
    if (!path) continue;
    *names++ = *path++ = 0;
    char folder[4096];
    if (*names == 0) {
      char again[4096];
      memcpy(again, path, strlen(path) + 1);
      limit = smaller_limit(limit, quota_up_from(mount, path, true));
      // Beside version 1 it is mounted one level further down.
      snprintf(folder, sizeof folder, "%s/unified", mount);
      limit = smaller_limit(limit, quota_up_from(folder, again, true));
    } else if (names_cpu(names)) {
      snprintf(folder, sizeof folder, "%s/cpu", mount);
      limit = smaller_limit(limit, quota_up_from(folder, path, false));
    }
  }
  fclose(file);
  return limit;
}

int gk_available_processors(void) {
  int count = 0;
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
  if (count > 1) {
    count = smaller_limit(count, gk_quota_processors("/proc/self/cgroup", "/sys/fs/cgroup"));
  }
#endif
  if (count < 1) count = (int)sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count;
}

int gk_wished_threads(int most) {
  const char *wish = getenv("GUMBEL_THREADS");
  if (!wish || !*wish) return 0;
  char *end = NULL;
  errno = 0;
  long count = strtol(wish, &end, 10);
  if (errno || *end || count < 1 || count > most) {
    gk_refuse_environment("GUMBEL_THREADS", wish, "expected a whole number from 1 to %d", most);
  }
  return (int)count;
}
