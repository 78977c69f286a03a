#include "agent/power/source_alarms.h"

namespace karkara {

void SourceAlarms::lost(const std::string& device, const std::string& why, Effects& effects) {
  lost_ = true;
  effects.emplace_back(SetAlarm{key(MessageId::PowerSourceLost), true, {{"device", device}, {"why", why}}});
}

void SourceAlarms::found(Effects& effects) {
  if (lost_) {
    lost_ = false;
    effects.emplace_back(SetAlarm{key(MessageId::PowerSourceLost), false, {}});
  }
}

void SourceAlarms::fault(const std::string& error, std::string_view meaning, Effects& effects) {
  if (error == fault_) {
    return;
  }
  fault_ = error;
  if (error.empty()) {
    effects.emplace_back(SetAlarm{key(MessageId::ChargerFault), false, {}});
    return;
  }
  Fields fields{{"error", error}};
  if (!meaning.empty()) {
    fields.push_back({"meaning", std::string{meaning}});
  }
  effects.emplace_back(SetAlarm{key(MessageId::ChargerFault), true, std::move(fields)});
}

void SourceAlarms::battery(const std::string& what, Effects& effects) {
  if (what == battery_) {
    return;
  }
  battery_ = what;
  effects.emplace_back(
      SetAlarm{key(MessageId::BatteryAlarm), !what.empty(), what.empty() ? Fields{} : Fields{{"what", what}}});
}

void SourceAlarms::bad_frames(const std::string& device, std::uint64_t count, Effects& effects) {
  if (count > 0 && !bad_frames_noted_) {
    bad_frames_noted_ = true;
    effects.emplace_back(Note{MessageId::PowerBadFrames, {{"source", id_.text()}, {"device", device}}});
  }
}

void SourceAlarms::retire(Effects& effects) {
  found(effects);
  fault({}, {}, effects);
  battery({}, effects);
}

}  // namespace karkara
