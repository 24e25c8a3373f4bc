// Everything that is compiled once for each form. Products and sums are fused only where the
// source says so, or the same element could differ between two loops.
#pragma STDC FP_CONTRACT OFF
// Vectors are passed between functions of this file only, so their calling convention is moot.
#pragma clang diagnostic ignored "-Wpsabi"

#include "vector.inc.h"
#include "math.inc.h"
#include "elementwise.inc.h"
#include "program.inc.h"
#include "reductions.inc.h"
#include "rows.inc.h"
#include "rearrange.inc.h"
#include "random.inc.h"
#include "gumbel_softmax.inc.h"
#include "short_rows.inc.h"
#include "gumbel_max.inc.h"
#include "gumbel_top_k.inc.h"
#include "gumbel_pullback.inc.h"
#include "scans.inc.h"
#include "token_row.inc.h"
#include "token_cutoff.inc.h"
#include "token_draw.inc.h"
#include "small_products.inc.h"
#include "networks.inc.h"
#include "recurrent.inc.h"
#include "windows.inc.h"
#include "table.inc.h"
