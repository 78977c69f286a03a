#include "agent/cellular/bearer_fault.h"

#include <fmt/format.h>

namespace karkara {
namespace {

bool can_be_carried(const std::optional<BearerIp>& half) {
  return half && (half->method == BearerIpMethod::Dhcp || (half->method == BearerIpMethod::Static && half->address));
}

}  // namespace

bool is_ppp(const BearerFacts& bearer) {
  const auto by_ppp = [](const std::optional<BearerIp>& half) { return half && half->method == BearerIpMethod::Ppp; };
  return by_ppp(bearer.v4) || by_ppp(bearer.v6);
}

std::string bearer_fault(const BearerFacts& bearer) {
  if (can_be_carried(bearer.v4) || can_be_carried(bearer.v6)) {
    return {};
  }
  if (is_ppp(bearer)) {
    return fmt::format(
        "ModemManager runs this modem by PPP over {}, and nobody speaks PPP there: give the modem a USB composition "
        "with a network interface (QMI, MBIM, NCM or ECM), or let pppd or NetworkManager dial and take 'cellular' out",
        bearer.interface.value_or("a serial port"));
  }
  return "the network gave neither an IPv4 nor an IPv6 address: ask the operator for the APN, or try another ip_type";
}

}  // namespace karkara
