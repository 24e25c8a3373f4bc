// Includes the file that FOR_BOTH_WIDTHS names twice: for vectors of 8 elements, which it knows as
// VF, VI and VU, and for those of 16.
#define VF vf
#define VI vi
#define VU vu
#include FOR_BOTH_WIDTHS
#undef VF
#undef VI
#undef VU
#define VF wf
#define VI wi
#define VU wu
#include FOR_BOTH_WIDTHS
#undef VF
#undef VI
#undef VU
#undef FOR_BOTH_WIDTHS
