#include "agent/power/vedirect_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/facts/effect_list.h"
#include "agent/power/vedirect/names.h"
#include "agent/power/vedirect/text_fields.h"

namespace karkara {
namespace {

// A charger that just started may show 21 while it measures its own offset (Victron: ignore it for five minutes).
constexpr unsigned kCurrentSensorError = 21;
constexpr Duration kSensorSettles = std::chrono::minutes{5};
constexpr unsigned kBaud = 19'200;
constexpr double kPercent = 100;

}  // namespace

VeDirectSource::VeDirectSource(PowerSourceSettings settings)
    : settings_{std::move(settings)}, alarms_{settings_.id}, days_{settings_.id, settings_.ask_history} {}

Effects VeDirectSource::start(Instant /*now*/) {
  return {OpenSerial{settings_.id, settings_.device, kBaud}};
}

Effects VeDirectSource::on(const SerialOpened& /*event*/, Instant now) {
  decoder_.reset();
  days_.line_changed();
  registers_.stop();
  readings_.expire();  // whoever is there now has said nothing yet
  state_ = State::Opened;
  waiting_why_.clear();
  heard_ = now;
  return {};
}

Effects VeDirectSource::on(const SerialClosed& event, Instant /*now*/) {
  Effects effects;
  state_ = State::WaitingForDevice;
  waiting_why_ = event.why;
  readings_.expire();
  days_.line_changed();
  registers_.stop();
  if (ever_answered_ || alarms_.is_lost()) {
    alarms_.lost(settings_.device, event.why, effects);
  }
  return effects;
}

Effects VeDirectSource::on(const SerialBytes& event, Instant now) {
  Effects effects;
  if (state_ == State::WaitingForDevice) {
    return effects;  // left over from a port that was closed meanwhile
  }
  std::span<const std::byte> bytes = event.bytes;
  while (true) {
    const vedirect::Decoder::Got got = decoder_.next(bytes);
    if (got == vedirect::Decoder::Got::Nothing) {
      break;
    }
    if (got == vedirect::Decoder::Got::Block) {
      take_block(now, effects);
    } else {
      readings_.take(decoder_.hex(), now);
      days_.on_frame(decoder_.hex(), now);
      registers_.take(decoder_.hex(), now);
    }
  }
  alarms_.bad_frames(settings_.device, bad_frames(), effects);
  return effects;
}

void VeDirectSource::take_block(Instant now, Effects& effects) {
  if (readings_.take(decoder_.block(), now) == VeDirectReadings::Who::Another) {
    alarms_.fault({}, {}, effects);
    answering_since_ = now;
    days_.another_device();
    registers_.stop();
  }
  if (state_ != State::Answering) {
    state_ = State::Answering;
    answering_since_ = now;
    alarms_.found(effects);
  }
  ever_answered_ = true;
  heard_ = now;
  watch_error(now, effects);
  count(decoder_.block(), now);
  if (!registers_.is_waiting()) {
    append(effects, days_.on_block(decoder_.block(), now));
  }
  ask_registers(decoder_.block(), now, effects);
}

// Of a charger, whose text has no temperature, and only where nothing else is asked.
void VeDirectSource::ask_registers(const vedirect::TextBlock& block, Instant now, Effects& effects) {
  const bool is_charger = block.find("PPV") && !block.find("T");
  if (!settings_.ask_history || !is_charger || days_.is_asking() || days_.is_deaf()) {
    return;
  }
  if (std::vector<std::byte> question = registers_.question(now); !question.empty()) {
    effects.emplace_back(WriteSerial{settings_.id, std::move(question)});
  }
}

void VeDirectSource::count(const vedirect::TextBlock& block, Instant now) {
  constexpr unsigned kNeverComesRound = 64;  // a text has as many digits as it needs
  counts_.of(readings_.counted());
  for (const VeDirectCount& row : kVeDirectCounts) {
    const auto text = block.find(row.label);
    const vedirect::FieldRule* rule = text ? vedirect::find_field(row.label) : nullptr;
    const Value said = rule != nullptr ? vedirect::read_field(*rule, *text) : Value{Absent::NotYet};
    if (const double* number = std::get_if<double>(&said)) {
      counts_.see({std::string{row.quantity}, std::string{rule->unit}, *number * row.sign, "", kNeverComesRound,
                   rule->times / rule->over},
                  std::nullopt, now);
    }
  }
}

void VeDirectSource::watch_error(Instant now, Effects& effects) {
  const auto said = number(SeriesId::ChargerError, now);
  if (!said) {
    return;  // a battery monitor, or not known now: what was raised stays
  }
  const auto error = static_cast<unsigned>(*said);
  const bool settling = error == kCurrentSensorError && now < answering_since_ + kSensorSettles;
  alarms_.fault(settling || error == 0 ? "" : std::to_string(error), vedirect::charger_error_name(error), effects);
}

Effects VeDirectSource::tick(Instant now) {
  Effects effects;
  days_.tick(now);
  registers_.tick(now);
  if (now >= silent_at()) {
    state_ = State::Silent;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(settings_.deadline).count();
    alarms_.lost(settings_.device, fmt::format("nothing that verifies for {} s", seconds), effects);
  }
  return effects;
}

Effects VeDirectSource::retire() {
  Effects effects{CloseSerial{settings_.id}};
  alarms_.retire(effects);
  return effects;
}

// Firmware that holds its text back behind a HEX answer is not silent, and what it said just before still holds.
std::optional<Instant> VeDirectSource::quiet_until() const {
  constexpr Duration kQuiet = std::chrono::seconds{10};
  const auto last = std::max(days_.asked_at(), registers_.asked_at());
  return last ? std::optional{*last + kQuiet} : std::nullopt;
}

Duration VeDirectSource::patience(Instant now) const {
  const auto quiet = quiet_until();
  return quiet && now < *quiet ? std::max(settings_.deadline, *quiet - heard_) : settings_.deadline;
}

Instant VeDirectSource::next_deadline() const {
  return std::min({silent_at(), days_.next_deadline(), registers_.next_deadline()});
}

Instant VeDirectSource::silent_at() const {
  switch (state_) {
    case State::Opened:
    case State::Answering: return std::max(heard_ + settings_.deadline, quiet_until().value_or(Instant{}));
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
  const Value said = readings_.value(series, now, patience(now));
  const auto total = series == SeriesId::YieldTotal ? counts_.total(kVeDirectCounts.front().quantity) : std::nullopt;
  return total && has_value(said) ? Value{*total} : said;
}

std::vector<Sample> VeDirectSource::samples(Instant now) const {
  const std::string& instance = settings_.id.text();
  std::vector<Sample> samples;
  samples.reserve(kVeDirectSeries.size() + 2);
  for (const VeDirectSeries& row : kVeDirectSeries) {
    samples.push_back({row.series, instance, value(row.series, now)});
  }
  const bool up = state_ == State::Answering && now < silent_at();
  samples.push_back({SeriesId::SourceUp, instance, up ? 1.0 : 0.0});
  samples.push_back({SeriesId::BadFrames, instance, static_cast<double>(bad_frames())});
  return samples;
}

PowerSourceReport VeDirectSource::report(Instant now) const {
  PowerSourceReport report{settings_.id.text(),
                           "vedirect",
                           settings_.device,
                           state_text(),
                           readings_.product(),
                           samples(now),
                           readings_.quantities(now, patience(now))};
  for (QuantityReport& quantity : report.quantities) {
    const auto row = std::ranges::find(kVeDirectCounts, quantity.name, &VeDirectCount::quantity);
    const auto total = row != kVeDirectCounts.end() ? counts_.total(row->quantity) : std::nullopt;
    if (total && has_value(quantity.value)) {
      quantity.value = *total * row->sign;
    }
  }
  return report;
}

std::optional<ChargerHistory> VeDirectSource::history() const {
  if (!days_.is_known()) {
    return std::nullopt;
  }
  return ChargerHistory{settings_.id.text(), readings_.product(), days_.state_text(), days_.days(), days_.totals()};
}

std::optional<double> VeDirectSource::number(SeriesId series, Instant now) const {
  const Value said = value(series, now);
  const double* number = std::get_if<double>(&said);
  return number != nullptr ? std::optional{*number} : std::nullopt;
}

// Only what counts charge tells a state of charge, or that it has none yet; a charger does not know the field.
bool VeDirectSource::is_monitor(Instant now) const {
  const Value charge = value(SeriesId::StateOfCharge, now);
  return has_value(charge) || std::get<Absent>(charge) == Absent::NotAvailable;
}

// The tracker knows it better than the phase: in bulk too a charger may be at the limit of its own current.
std::optional<bool> VeDirectSource::is_panel_limited(ChargePhase phase, Instant now) const {
  constexpr double kLimited = 1;
  constexpr double kTracking = 2;
  const Value tracker = readings_.quantity("tracker", now, patience(now));
  if (tracker == Value{kLimited} || (tracker == Value{kTracking} && phase == ChargePhase::Bulk)) {
    return tracker == Value{kLimited};
  }
  return is_holding_back(phase);
}

// A charger's I is what the battery gets: with a load output, less what that takes.
EnergySample VeDirectSource::energy(Instant now) const {
  const auto part = [&]<class Unit>(std::optional<Unit>& into, SeriesId series, double times = 1) {
    if (const auto told = number(series, now)) {
      into = Unit{*told * times};
    }
  };
  EnergySample energy;
  part(energy.battery_voltage, SeriesId::BatteryVoltage);
  part(energy.battery_temperature, SeriesId::BatteryTemperature);
  if (is_monitor(now)) {
    part(energy.battery_current, SeriesId::BatteryCurrent);
    part(energy.told_state_of_charge, SeriesId::StateOfCharge, kPercent);
    return energy;
  }
  part(energy.load_current, SeriesId::LoadCurrent);
  part(energy.panel_power, SeriesId::PanelPower);
  if (const auto current = number(SeriesId::BatteryCurrent, now)) {
    const double given = *current + (energy.load_current ? energy.load_current->value() : 0);
    energy.charge_current = Amps{std::max(given, 0.0)};
  }
  if (const auto state = number(SeriesId::ChargeState, now)) {
    energy.phase = charge_phase(*state);
    energy.panel_limited = is_panel_limited(energy.phase, now);
  }
  return energy;
}

std::string VeDirectSource::waiting_for() const {
  return state_ == State::WaitingForDevice ? settings_.device : std::string{};
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
