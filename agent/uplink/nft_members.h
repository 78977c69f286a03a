// The rules of our nftables table that find the class of a packet from the village. Called by nft_plan.
#pragma once

#include <string>

#include "agent/uplink/settings.h"

namespace karkara {

// One or more lines that send members on to 'chain'.
[[nodiscard]] std::string nft_members(const ClassSettings& members, const std::string& chain);

}  // namespace karkara
