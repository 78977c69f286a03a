// What the uplink feature tells the others about one uplink: where it is, whether it carries. Refuses to say why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/facts/ip.h"
#include "common/ids.h"

namespace karkara {

struct UplinkFact {
  UplinkId id;
  std::uint32_t slot = 0;
  std::string interface;              // a modem's may differ from the configured one
  std::string key;                    // what the link is known by: the SIM's ICCID, else the uplink's id
  bool up = false;                    // reaches an anchor
  std::optional<IpAddress> source{};  // of its path; another one: it was attached anew
  friend bool operator==(const UplinkFact&, const UplinkFact&) = default;
};

}  // namespace karkara
