// Tells batman-adv whether it announces this mast as a gateway. Refuses to decide when: agent/mesh does. Called by the
// effect runner.
#pragma once

#include "agent/facts/hello.h"

namespace karkara {

// NotFound: no batman-adv. Otherwise the kernel's reason.
[[nodiscard]] Status set_batman_gateway(const SetBatmanGateway& effect);

}  // namespace karkara
