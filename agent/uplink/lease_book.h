// What DHCP told of each uplink's resolvers, and when to look again: soon after the interface got other addresses, when
// its client has not written them down yet, and each minute, as a renewal may bring others. Refuses to keep what was
// told of another interface. Called by UplinkFeature.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "agent/facts/leases.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

class LeaseBook {
 public:
  // The uplinks whose leases matter, as the kernel shows them now. Returns what is to be read.
  std::vector<ReadLease> see(const std::vector<ReadLease>& wanted, Instant now);
  // True: its resolvers are others than before. A look that found nothing under the same addresses changes nothing: a
  // client may just be writing.
  bool on(const LeaseRead& lease);
  [[nodiscard]] const LeaseRead* find(const UplinkId& uplink) const;  // nullptr: nothing was told
  [[nodiscard]] Instant next_deadline() const;

 private:
  struct Page {
    ReadLease as{};
    std::optional<LeaseRead> told{};
    std::vector<IpAddress> told_with{};  // the addresses that the interface had then
    unsigned looks = 0;                  // since the addresses are what they are
    Instant due{};
  };
  std::map<UplinkId, Page> pages_;
};

}  // namespace karkara
