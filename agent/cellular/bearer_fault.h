// Why a modem's data session carries nothing, in words for the operator at the NOC. Called by CellularUplink.
#pragma once

#include <string>

#include "agent/facts/modem.h"

namespace karkara {

// Its interface is a serial port.
[[nodiscard]] bool is_ppp(const BearerFacts& bearer);
// Empty: one of its halves, IPv4 or IPv6, can be carried.
[[nodiscard]] std::string bearer_fault(const BearerFacts& bearer);

}  // namespace karkara
