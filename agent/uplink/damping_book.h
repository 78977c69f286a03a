// How often each uplink failed of late, kept over a restart of the agent, so that a flapping uplink gets no fresh start
// from a crash. Refuses to count from one boot to the next: how long ago it was cannot be known without a clock, and
// the reboot may have been the cure; then one failure is all that is left of many. Used by UplinkFeature.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "agent/facts/effects.h"
#include "agent/uplink/damping.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

class DampingBook {
 public:
  static constexpr std::string_view kStateKey = "uplink-damping";

  explicit DampingBook(std::uint64_t boot) : boot_{boot} {}

  void restore(std::string_view text, Instant now);  // lines that are not ours are left out
  [[nodiscard]] Damping restored(const UplinkId& uplink) const;

  void see(const UplinkId& uplink, const Damping& damping, Instant now);
  void keep_only(const std::set<UplinkId>& uplinks);  // others are configured no longer
  [[nodiscard]] std::optional<Persist> tick(Instant now);
  [[nodiscard]] Instant next_deadline() const { return save_at_; }
  [[nodiscard]] Persist state() const;

 private:
  struct Entry {
    Damping damping;
    Instant changed;
  };
  std::uint64_t boot_;
  std::map<UplinkId, Entry> entries_;  // those with failures
  std::optional<Instant> saved_at_;
  Instant save_at_ = Instant::max();
};

}  // namespace karkara
