// Remembers what was said about one terminal, so that only changes are said. Used by the watches.
#pragma once

#include <map>
#include <utility>

#include "agent/vsat/vsat_effects.h"

namespace karkara {

class Said {
 public:
  explicit Said(UplinkId uplink) : uplink_{std::move(uplink)} {}

  void say(VsatMessage message, bool raised, Fields fields, VsatEffects& effects) {
    bool& told = told_[message];
    if (told != raised) {
      told = raised;
      effects.emplace_back(VsatSays{message, uplink_, raised, std::move(fields)});
    }
  }
  // All that is raised is cleared: the terminal is configured no longer.
  void take_back(VsatEffects& effects) {
    for (auto& [message, raised] : told_) {
      if (std::exchange(raised, false)) {
        effects.emplace_back(VsatSays{message, uplink_, false, {}});
      }
    }
  }
  [[nodiscard]] bool is_raised(VsatMessage message) const {
    const auto found = told_.find(message);
    return found != told_.end() && found->second;
  }

 private:
  UplinkId uplink_;
  std::map<VsatMessage, bool> told_;
};

}  // namespace karkara
