// Settings of the environment that make no sense end the program: ignored, they would leave a user
// believing in a measurement that was never made.
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "forms.h"

void gk_refuse_environment(const char *name, const char *value, const char *format, ...) {
  // What a variable holds reaches the terminal without what could control it.
  char shown[65];
  int length = 0;
  for (; value[length] && length < 64; length++) {
    unsigned char c = (unsigned char)value[length];
    shown[length] = isprint(c) ? (char)c : '?';
  }
  shown[length] = 0;
  char expected[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(expected, sizeof expected, format, arguments);
  va_end(arguments);
  fprintf(
      stderr, "gumbel: %s: '%s%s' in the environment; %s\n", name, shown,
      value[length] ? "…" : "", expected);
  exit(64);
}
