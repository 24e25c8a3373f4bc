// The kernels for x86-64 processors with AVX-512 (F, VL, DQ and BW).
#if defined(__x86_64__)
#include <immintrin.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "forms.h"
#include "philox.h"

#define GK_AVX2 1
#define GK_AVX512 1
#define GK_FORM_NAME "avx512"
#define GK_FORMS_SYMBOL gk_forms_avx512

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avx512f,avx512vl,avx512dq,avx512bw"))), apply_to = function)
#include "kernels.inc.h"
#pragma clang attribute pop
#endif
