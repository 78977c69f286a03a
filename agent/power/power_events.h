// What happened to a site's power lately, for people: the last hundred, kept over restarts. Refuses to be a log: the
// same twice in a row is one. Called by PowerFeature's parts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/facts/energy_report.h"
#include "agent/facts/usage.h"

namespace karkara {

class PowerEvents {
 public:
  static constexpr std::string_view kStateKey = "power-events";
  static constexpr std::size_t kMost = 100;
  static constexpr std::size_t kMostBytes = 8000;  // of memory(): what the state on disk takes of one part

  void add(const KnownTime& at, std::string what, std::string detail);
  [[nodiscard]] std::vector<PowerEvent> newest_first() const { return {events_.rbegin(), events_.rend()}; }
  [[nodiscard]] bool take_changed() { return std::exchange(changed_, false); }  // since it was asked last

  [[nodiscard]] std::string memory() const;
  // Lines that are no event are left out: they are for reading only.
  unsigned restore(std::string_view memory);

 private:
  void push(PowerEvent event);
  std::vector<PowerEvent> events_;  // the newest last
  bool changed_ = false;
};

}  // namespace karkara
