#include "agent/cellular/daily_caps.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr std::array<std::string_view, kCappedDeeds> kNames = {"reconnect",   "radio-cycle", "reset",
                                                               "power-cycle", "reboot",      "slot-switch",
                                                               "weak-switch", "return-try",  "spare-check"};

}  // namespace

std::string_view to_string(CappedDeed deed) {
  return kNames[static_cast<std::size_t>(deed)];
}

std::optional<CappedDeed> capped_deed_named(std::string_view name) {
  const auto at = std::find(kNames.begin(), kNames.end(), name);
  return at != kNames.end() ? std::optional{static_cast<CappedDeed>(at - kNames.begin())} : std::nullopt;
}

void DailyCaps::spend(CappedDeed deed, Instant at) {
  std::vector<Instant>& times = times_[index(deed)];
  std::erase_if(times, [&](Instant time) { return at - time >= kDay; });
  if (times.size() == kMostKept) {
    times.erase(times.begin());
  }
  times.push_back(at);
}

void DailyCaps::give_back(CappedDeed deed) {
  if (std::vector<Instant>& times = times_[index(deed)]; !times.empty()) {
    times.pop_back();
  }
}

unsigned DailyCaps::spent(CappedDeed deed, Instant now) const {
  const std::vector<Instant>& times = times_[index(deed)];
  return static_cast<unsigned>(
      std::count_if(times.begin(), times.end(), [&](Instant time) { return now - time < kDay; }));
}

bool DailyCaps::empty(Instant now) const {
  return std::all_of(times_.begin(), times_.end(), [&](const std::vector<Instant>& times) {
    return std::none_of(times.begin(), times.end(), [&](Instant time) { return now - time < kDay; });
  });
}

}  // namespace karkara
