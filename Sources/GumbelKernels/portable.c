// The kernels for any processor: SSE2 on x86-64, NEON on arm64.
#include <float.h>
#include <math.h>
#include <string.h>

#include "forms.h"
#include "philox.h"

#define GK_AVX2 0
#define GK_FORM_NAME "portable"
#define GK_FORMS_SYMBOL gk_forms_portable

#include "kernels.inc.h"
