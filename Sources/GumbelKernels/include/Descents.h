// Uniform draws from a range [0, W) that grows, one a slot, all of which are functions of a key.
//
// At level e a slot descends from 2^(e + 1): its first point is uniform below that, and each next one
// uniform below the one before, as long as they are at least 2^e. Read from the lowest point up, these
// are the places at which the draw changes while W grows from 2^e to 2^(e + 1): each x replaces it as
// soon as W is above x, since of a uniform point below 2^(e + 1) that is not below W all that is known
// is that it is to be drawn again, below it. So the draw from [0, W), with 2^e <= W <= 2^(e + 1), is the
// first point below W of the descent at level e if that is at least 2^e, and else, with no change since
// 2^e, the draw from [0, 2^e), by the levels below.
#ifndef GUMBEL_KERNELS_DESCENTS_H
#define GUMBEL_KERNELS_DESCENTS_H

#include "Reservoirs.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The points from `least` on, which is at least 2^level, of the descents of slots 0 ..< slots, at most
/// 2^31 - 1, at a level from -1074 to 1023: their bits as times, and the slots as items, in the order of
/// the slots. Returns how many there are, of which no more are written than there is room for.
size_t gk_descent_points(
    const uint32_t key[2], int level, double least, size_t slots, gk_race_entry *points,
    size_t room);

/// The draws from [0, end), with 2^level <= end < 2^(level + 1): bits as times, slots as items.
void gk_descent_draws(
    const uint32_t key[2], int level, double end, size_t slots, gk_race_entry *draws);

#ifdef __cplusplus
}
#endif

#endif
