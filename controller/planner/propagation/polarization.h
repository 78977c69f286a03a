// Which way the electric field of a link points. Every model that treats the two differently takes this.
#pragma once

namespace karkara::propagation {

enum class Polarization { Horizontal, Vertical };

}  // namespace karkara::propagation
