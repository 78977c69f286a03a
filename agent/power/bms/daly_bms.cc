#include "agent/power/bms/daly_bms.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace karkara::daly {
namespace {

// Below this a current may have turned between the two answers.
constexpr double kSureAmperes = 1.0;

bool contradicts(double amperes, Flow flow) {
  switch (flow) {
    case Flow::Resting: return false;
    case Flow::Charging: return amperes < -kSureAmperes;
    case Flow::Discharging: return amperes > kSureAmperes;
  }
  return false;
}

template <class T, class Read>
Value value_or(const std::optional<T>& told, Absent why, Read read) {
  return told ? Value{static_cast<double>(read(*told))} : Value{why};
}

}  // namespace

void Bms::begin_look() {
  told_ = {};
  command_ = 0;
}

std::optional<bms::Question> Bms::question() {
  reader_.reset();
  cell_frames_.clear();
  return command_ < kCommands.size() ? std::optional{bms::Question{encode_request(kCommands[command_])}} : std::nullopt;
}

bms::Heard Bms::hear(std::span<const std::byte> bytes) {
  auto heard = bms::Heard::Nothing;
  while (command_ < kCommands.size()) {
    const auto frame = reader_.next(bytes);
    if (!frame) {
      break;
    }
    if (frame->speaker != kBms || frame->command != static_cast<std::uint8_t>(kCommands[command_])) {
      continue;
    }
    const auto of_frame = take(frame->content);
    if (of_frame == bms::Heard::Answer || of_frame == bms::Heard::AnswerOfAnother) {
      optional_[command_].answered();
      go_on();
      return of_frame;
    }
    heard = of_frame == bms::Heard::Part ? of_frame : heard;
  }
  return heard;
}

bms::Heard Bms::take(const Content& content) {
  switch (kCommands[command_]) {
    case Command::Pack: told_.pack = read_pack(content); break;
    case Command::Status: return take_status(content);
    case Command::CellExtremes: told_.extremes = read_cell_extremes(content); break;
    case Command::Temperatures: told_.temperatures = read_temperatures(content); break;
    case Command::Switches:
      told_.switches = read_switches(content);
      return told_.switches ? bms::Heard::Answer : bms::Heard::Nothing;
    case Command::Cells: return take_cells(content);
    case Command::Faults: told_.faults = read_faults(content); break;
    case Command::Rated: told_.rated = read_rated(content); break;
  }
  return bms::Heard::Answer;
}

bms::Heard Bms::take_status(const Content& content) {
  told_.status = read_status(content);
  const unsigned before = std::exchange(cells_, told_.status->cells);
  if (before == 0 || before == cells_) {
    return bms::Heard::Answer;
  }
  optional_ = {};
  return bms::Heard::AnswerOfAnother;
}

bms::Heard Bms::take_cells(const Content& content) {
  if (!cell_frames_.take(content)) {
    return bms::Heard::Nothing;
  }
  told_.cells = cell_frames_.volts(cells_);
  return told_.cells ? bms::Heard::Answer : bms::Heard::Part;
}

void Bms::go_on() {
  while (++command_ < kCommands.size()) {
    // How many frames of cells there are is known only from the number of cells.
    const bool possible = kCommands[command_] != Command::Cells || cells_ > 0;
    if (possible && optional_[command_].is_due()) {
      return;
    }
  }
}

void Bms::missed() {
  if (command_ == 0) {
    command_ = kCommands.size();  // nobody is there: no use to ask on
  } else if (command_ < kCommands.size()) {
    optional_[command_].missed();
    go_on();
  }
}

Absent Bms::why_absent(Command command) const {
  const auto at = std::ranges::find(kCommands, command) - kCommands.begin();
  return optional_[static_cast<std::size_t>(at)].why_absent();
}

std::optional<bms::BmsValues> Bms::end_look() {
  command_ = kCommands.size();
  if (!told_.pack) {
    return std::nullopt;
  }
  bms::BmsValues values;
  values.volts = told_.pack->volts;
  values.amperes = told_.pack->amperes;
  values.state_of_charge = told_.pack->state_of_charge;
  values.packs = 1.0;
  const Absent no_temperatures = why_absent(Command::Temperatures);
  values.temperature_most = value_or(told_.temperatures, no_temperatures, [](const auto& t) { return t.most; });
  values.temperature_least = value_or(told_.temperatures, no_temperatures, [](const auto& t) { return t.least; });
  values.cycles = value_or(told_.status, why_absent(Command::Status), [](const auto& s) { return s.cycles; });
  values.capacity = value_or(told_.rated, why_absent(Command::Rated), [](double amp_hours) { return amp_hours; });
  values.alarms = value_or(told_.faults, why_absent(Command::Faults), [](std::uint64_t bits) { return bits; });
  values.alarm_words = told_.faults ? fault_words(*told_.faults) : "";
  add_switches(values);
  add_cells(values);
  return values;
}

void Bms::add_switches(bms::BmsValues& values) const {
  const Absent why = why_absent(Command::Switches);
  values.remaining = value_or(told_.switches, why, [](const Switches& s) { return s.remaining; });
  values.charge_enabled = value_or(told_.switches, why, [](const Switches& s) { return s.charge ? 1 : 0; });
  values.discharge_enabled = value_or(told_.switches, why, [](const Switches& s) { return s.discharge ? 1 : 0; });
  if (told_.switches && contradicts(told_.pack->amperes, told_.switches->flow)) {
    values.amperes = Absent::OutOfRange;
  }
}

void Bms::add_cells(bms::BmsValues& values) const {
  values.cells = cells_ > 0 ? Value{static_cast<double>(cells_)} : Value{why_absent(Command::Status)};
  const Absent why = why_absent(Command::CellExtremes);
  values.cell_volts_least = value_or(told_.extremes, why, [](const CellExtremes& e) { return e.least; });
  values.cell_volts_most = value_or(told_.extremes, why, [](const CellExtremes& e) { return e.most; });
  values.weakest_cell = value_or(told_.extremes, why, [](const CellExtremes& e) { return e.weakest; });
  if (told_.cells) {
    bms::take_cells(values, *told_.cells);
  }
}

std::string Bms::product() const {
  return cells_ > 0 ? fmt::format("Daly, {} cells", cells_) : "";
}

}  // namespace karkara::daly
