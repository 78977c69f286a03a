// Loss between isotropic antennas in empty space (ITU-R P.525), the floor that every other model stands on.
// Refuses distances and frequencies that are not positive and finite.
#pragma once

#include "common/result.h"
#include "common/units.h"

namespace karkara::propagation {

Result<Db> free_space_loss(Metres distance, Megahertz frequency);

}  // namespace karkara::propagation
