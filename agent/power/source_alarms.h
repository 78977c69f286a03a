// The alarms that every power source may have, each said when it changes. Called by the sources only.
#pragma once

#include <string>

#include "agent/facts/effects.h"

namespace karkara {

class SourceAlarms {
 public:
  explicit SourceAlarms(DeviceId id) : id_{std::move(id)} {}

  void lost(const std::string& device, const std::string& why, Effects& effects);
  void found(Effects& effects);
  void fault(const std::string& error, std::string_view meaning, Effects& effects);   // the charger's; empty: none
  void battery(const std::string& what, Effects& effects);                            // what its BMS says; empty: none
  void bad_frames(const std::string& device, std::uint64_t count, Effects& effects);  // said once
  void retire(Effects& effects);                                                      // takes all back
  [[nodiscard]] bool is_lost() const { return lost_; }

 private:
  [[nodiscard]] AlarmKey key(MessageId message) const { return {message, id_.text()}; }
  DeviceId id_;
  bool lost_ = false;
  std::string fault_;
  std::string battery_;
  bool bad_frames_noted_ = false;
};

}  // namespace karkara
