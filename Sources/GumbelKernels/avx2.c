// The kernels for x86-64 processors with AVX2 and FMA.
#if defined(__x86_64__)
#include <immintrin.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "forms.h"
#include "philox.h"

#define GK_AVX2 1
#define GK_FORM_NAME "avx2"
#define GK_FORMS_SYMBOL gk_forms_avx2

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "kernels.inc.h"
#pragma clang attribute pop
#endif
