// Whether clients are to use an address that another program put on a village interface, because its prefix is an
// uplink's: a preferred lifetime of 0 makes whoever announces the prefix tell them to leave it.
// Refuses to add or remove one.
#pragma once

#include <cstdint>

#include "agent/facts/ip.h"

namespace karkara {

struct AddressPreference {
  std::uint32_t link = 0;  // interface index
  IpPrefix prefix;         // the address and its on-link prefix length
  bool preferred = true;
  friend bool operator==(const AddressPreference&, const AddressPreference&) = default;
};

// One step. How long the address is valid stays; preferred again, it is so for all of that time, since nobody knows
// what was left: the next renewal of the lease sets what its server says. Of what is gone it is no error.
struct PreferAddress {
  AddressPreference address;
  friend bool operator==(const PreferAddress&, const PreferAddress&) = default;
};

}  // namespace karkara
