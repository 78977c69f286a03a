#include "agent/power/vedirect_source.h"

#include <fmt/format.h>

#include "agent/power/vedirect/names.h"

namespace karkara {
namespace {

// A charger that just started may show 21 while it measures its own offset (Victron: ignore it for five minutes).
constexpr unsigned kCurrentSensorError = 21;
constexpr Duration kSensorSettles = std::chrono::minutes{5};

}  // namespace

VeDirectSource::VeDirectSource(PowerSourceSettings settings) : settings_{std::move(settings)} {}

Effects VeDirectSource::open() const {
  return {OpenSerial{settings_.id, settings_.device, 19'200}};
}

Effects VeDirectSource::on_opened(Instant now) {
  decoder_.reset();
  readings_.expire();  // whoever is there now has said nothing yet
  state_ = State::Opened;
  waiting_why_.clear();
  heard_ = now;
  return {};
}

Effects VeDirectSource::on_closed(const std::string& why) {
  Effects effects;
  state_ = State::WaitingForDevice;
  waiting_why_ = why;
  readings_.expire();
  if (ever_answered_ || lost_raised_) {
    raise_lost(why, effects);
  }
  return effects;
}

Effects VeDirectSource::on_bytes(std::span<const std::byte> bytes, Instant now) {
  Effects effects;
  if (state_ == State::WaitingForDevice) {
    return effects;  // left over from a port that was closed meanwhile
  }
  while (true) {
    const vedirect::Decoder::Got got = decoder_.next(bytes);
    if (got == vedirect::Decoder::Got::Block) {
      take_block(now, effects);
    } else if (got == vedirect::Decoder::Got::Nothing) {
      break;
    }
  }
  if (bad_frames() > 0 && !bad_frames_noted_) {
    bad_frames_noted_ = true;
    effects.push_back(Note{MessageId::PowerBadFrames, {{"source", settings_.id.text()}, {"device", settings_.device}}});
  }
  return effects;
}

void VeDirectSource::take_block(Instant now, Effects& effects) {
  if (readings_.take(decoder_.block(), now) == VeDirectReadings::Who::Another) {
    clear_fault(effects);
    answering_since_ = now;
  }
  if (state_ != State::Answering) {
    state_ = State::Answering;
    answering_since_ = now;
    clear_lost(effects);
  }
  ever_answered_ = true;
  heard_ = now;
  watch_error(now, effects);
}

void VeDirectSource::watch_error(Instant now, Effects& effects) {
  const Value said = value(SeriesId::ChargerError, now);
  if (!has_value(said)) {
    return;  // a battery monitor, or not known now: what was raised stays
  }
  const auto error = static_cast<unsigned>(*std::get_if<double>(&said));
  const bool settling = error == kCurrentSensorError && now < answering_since_ + kSensorSettles;
  if (error == 0 || settling) {
    clear_fault(effects);
  } else if (error != fault_raised_) {
    fault_raised_ = error;
    effects.push_back(SetAlarm{alarm(MessageId::ChargerFault),
                               true,
                               {{"error", std::to_string(error)}, {"meaning", vedirect::charger_error_name(error)}}});
  }
}

void VeDirectSource::clear_fault(Effects& effects) {
  if (fault_raised_ != 0) {
    fault_raised_ = 0;
    effects.push_back(SetAlarm{alarm(MessageId::ChargerFault), false, {}});
  }
}

void VeDirectSource::raise_lost(const std::string& why, Effects& effects) {
  lost_raised_ = true;
  effects.push_back(SetAlarm{alarm(MessageId::PowerSourceLost), true, {{"device", settings_.device}, {"why", why}}});
}

void VeDirectSource::clear_lost(Effects& effects) {
  if (lost_raised_) {
    lost_raised_ = false;
    effects.push_back(SetAlarm{alarm(MessageId::PowerSourceLost), false, {}});
  }
}

Effects VeDirectSource::tick(Instant now) {
  Effects effects;
  if (now >= next_deadline()) {
    state_ = State::Silent;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(settings_.deadline).count();
    raise_lost(fmt::format("nothing that verifies for {} s", seconds), effects);
  }
  return effects;
}

Effects VeDirectSource::retire() {
  Effects effects{CloseSerial{settings_.id}};
  clear_lost(effects);
  clear_fault(effects);
  return effects;
}

Instant VeDirectSource::next_deadline() const {
  switch (state_) {
    case State::Opened:
    case State::Answering: return heard_ + settings_.deadline;
    case State::WaitingForDevice:
    case State::Silent: return Instant::max();
  }
  return Instant::max();
}

std::uint64_t VeDirectSource::bad_frames() const {
  return decoder_.counts().bad_blocks + decoder_.counts().bad_hex;
}

Value VeDirectSource::value(SeriesId series, Instant now) const {
  if (!ever_answered_ && bad_frames() > 0) {
    return Absent::BadFrame;
  }
  return readings_.value(series, now, settings_.deadline);
}

std::vector<Sample> VeDirectSource::samples(Instant now) const {
  const std::string& instance = settings_.id.text();
  std::vector<Sample> samples;
  for (const VeDirectSeries& row : kVeDirectSeries) {
    samples.push_back({row.series, instance, value(row.series, now)});
  }
  const bool up = state_ == State::Answering && now < next_deadline();
  samples.push_back({SeriesId::SourceUp, instance, up ? 1.0 : 0.0});
  samples.push_back({SeriesId::BadFrames, instance, static_cast<double>(bad_frames())});
  return samples;
}

PowerSourceReport VeDirectSource::report(Instant now) const {
  return {settings_.id.text(), "vedirect", settings_.device, state_text(), readings_.product(), samples(now)};
}

std::string VeDirectSource::state_text() const {
  switch (state_) {
    case State::WaitingForDevice:
      return waiting_why_.empty() ? "waiting for device" : fmt::format("waiting for device: {}", waiting_why_);
    case State::Opened: return "opened";
    case State::Answering: return "answering";
    case State::Silent: return "silent";
  }
  return {};
}

}  // namespace karkara
