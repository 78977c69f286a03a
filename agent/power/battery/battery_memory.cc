#include "agent/power/battery/battery_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <iterator>
#include <span>

#include "common/crc32c.h"

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

constexpr std::string_view kForm = "battery1";
constexpr std::string_view kCheck = " crc=";
constexpr std::size_t kMostText = 800;

// One word of the line: its name, what it may be, and where it is kept.
struct Word {
  std::string_view name;
  double least;
  double most;
  std::optional<double> (*get)(const BatteryMemory&);
  void (*set)(BatteryMemory&, double);
};

template <class Unit>
std::optional<double> number(const std::optional<Unit>& value) {
  return value ? std::optional{value->value()} : std::nullopt;
}

constexpr double kMostSince = 1e9;  // seconds
constexpr double kMostVolts = 2;
constexpr std::array<Word, 18> kWords{{
    {"soc", 0, 100, [](const BatteryMemory& m) { return number(m.state_of_charge); },
     [](BatteryMemory& m, double v) { m.state_of_charge = Percent{v}; }},
    {"error", 0, 100, [](const BatteryMemory& m) { return std::optional{m.error.value()}; },
     [](BatteryMemory& m, double v) { m.error = Percent{v}; }},
    {"capacity", 0, 1e6, [](const BatteryMemory& m) { return std::optional{m.capacity.value()}; },
     [](BatteryMemory& m, double v) { m.capacity = AmpHours{v}; }},
    {"health", 0, 200, [](const BatteryMemory& m) { return number(m.health); },
     [](BatteryMemory& m, double v) { m.health = Percent{v}; }},
    {"ohms", 0, 10, [](const BatteryMemory& m) { return m.ohms; }, [](BatteryMemory& m, double v) { m.ohms = v; }},
    {"offset", -1e4, 1e4, [](const BatteryMemory& m) { return number(m.current_offset); },
     [](BatteryMemory& m, double v) { m.current_offset = Amps{v}; }},
    {"efficiency", 0, 2, [](const BatteryMemory& m) { return m.efficiency; },
     [](BatteryMemory& m, double v) { m.efficiency = v; }},
    {"since_full", 0, kMostSince,
     [](const BatteryMemory& m) {
       return m.since_full ? std::optional{static_cast<double>(duration_cast<seconds>(*m.since_full).count())}
                           : std::nullopt;
     },
     [](BatteryMemory& m, double v) { m.since_full = seconds{static_cast<std::int64_t>(v)}; }},
    // Lines of earlier releases end here.
    {"capacity_off", 0, 1, [](const BatteryMemory& m) { return m.capacity_off; },
     [](BatteryMemory& m, double v) { m.capacity_off = v; }},
    {"bias", -kMostVolts, kMostVolts, [](const BatteryMemory& m) { return m.bias; },
     [](BatteryMemory& m, double v) { m.bias = v; }},
    {"bias_off", 0, kMostVolts, [](const BatteryMemory& m) { return m.bias_off; },
     [](BatteryMemory& m, double v) { m.bias_off = v; }},
    {"drop", 0, kMostVolts, [](const BatteryMemory& m) { return m.drop; },
     [](BatteryMemory& m, double v) { m.drop = v; }},
    {"drop_off", 0, kMostVolts, [](const BatteryMemory& m) { return m.drop_off; },
     [](BatteryMemory& m, double v) { m.drop_off = v; }},
    {"usual", 0, 1e4, [](const BatteryMemory& m) { return number(m.usual); },
     [](BatteryMemory& m, double v) { m.usual = Amps{v}; }},
    {"load", 0, 1e4, [](const BatteryMemory& m) { return number(m.load); },
     [](BatteryMemory& m, double v) { m.load = Amps{v}; }},
    // Those of the release before this one end here.
    {"rated", 0, 1e6, [](const BatteryMemory& m) { return number(m.rated); },
     [](BatteryMemory& m, double v) { m.rated = AmpHours{v}; }},
    {"nominal", 0, 1e4, [](const BatteryMemory& m) { return number(m.nominal); },
     [](BatteryMemory& m, double v) { m.nominal = Volts{v}; }},
    {"lithium", 0, 1,
     [](const BatteryMemory& m) { return m.lithium ? std::optional{*m.lithium ? 1.0 : 0.0} : std::nullopt; },
     [](BatteryMemory& m, double v) { m.lithium = v > 0; }},
}};

// The last word: the days that it was learned in, then the amperes of 24 hours.
constexpr std::string_view kDayWord = " day=";
constexpr double kMostAmps = 1e4;

std::uint32_t check_of(std::string_view text) {
  return crc32c(std::as_bytes(std::span{text}));
}

Error implausible(std::string_view name) {
  return {ErrorCode::InvalidArgument, fmt::format("battery memory: {} is not plausible", name)};
}

std::optional<double> number_of(std::string_view text, double least, double most) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value >= least && value <= most ? std::optional{value} : std::nullopt;
}

// The word's part of the line, taken off its front; nothing when the line is no longer ours.
Status read_word(const Word& word, std::string_view& rest, BatteryMemory& memory) {
  const std::string head = fmt::format(" {}=", word.name);
  if (!rest.starts_with(head)) {
    return {};
  }
  const std::string_view text = rest.substr(head.size(), rest.find(' ', head.size()) - head.size());
  const auto value = number_of(text, word.least, word.most);
  if (!value) {
    return implausible(word.name);
  }
  word.set(memory, *value);
  rest.remove_prefix(head.size() + text.size());
  return {};
}

Status read_day(std::string_view& rest, BatteryMemory& memory) {
  if (!rest.starts_with(kDayWord)) {
    return {};
  }
  rest.remove_prefix(kDayWord.size());
  const auto next = [&](double least, double most) {
    const std::string_view text = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
    return number_of(text, least, most);
  };
  UsualDay::Kept day;
  const auto days = next(0, UsualDay::kMostDays);
  if (!days) {
    return implausible("day");
  }
  day.days = *days;
  for (Amps& amps : day.amps) {
    const auto value = next(-kMostAmps, kMostAmps);
    if (!value) {
      return implausible("day");
    }
    amps = Amps{*value};
  }
  memory.day = day;
  return {};
}

void write_day(const UsualDay::Kept& day, std::string& text) {
  const auto finite = [](Amps amps) { return std::isfinite(amps.value()); };
  if (!std::isfinite(day.days) || !std::all_of(day.amps.begin(), day.amps.end(), finite)) {
    return;
  }
  fmt::format_to(std::back_inserter(text), "{}{:.3g}", kDayWord, std::clamp(day.days, 0.0, UsualDay::kMostDays));
  for (const Amps amps : day.amps) {
    fmt::format_to(std::back_inserter(text), ",{:.3g}", std::clamp(amps.value(), -kMostAmps, kMostAmps));
  }
}

}  // namespace

std::string to_text(const BatteryMemory& memory) {
  std::string text{kForm};
  for (const Word& word : kWords) {
    const auto value = word.get(memory);
    if (value && std::isfinite(*value)) {
      fmt::format_to(std::back_inserter(text), " {}={:.6g}", word.name, std::clamp(*value, word.least, word.most));
    }
  }
  if (memory.day) {
    write_day(*memory.day, text);
  }
  fmt::format_to(std::back_inserter(text), "{}{:08x}", kCheck, check_of(text));
  return text;
}

Result<BatteryMemory> battery_memory_from(std::string_view text) {
  const std::size_t at = text.rfind(kCheck);
  if (text.size() > kMostText || at == std::string_view::npos) {
    return Error{ErrorCode::DataLoss, "battery memory: not a whole line"};
  }
  const std::string_view checked = text.substr(0, at);
  if (text.substr(at + kCheck.size()) != fmt::format("{:08x}", check_of(checked))) {
    return Error{ErrorCode::DataLoss, "battery memory: damaged"};
  }
  std::string_view rest = checked;
  if (!rest.starts_with(kForm)) {
    return Error{ErrorCode::InvalidArgument, "battery memory: of another version"};
  }
  rest.remove_prefix(kForm.size());
  BatteryMemory memory;
  for (const Word& word : kWords) {
    if (Status read = read_word(word, rest, memory); !read.ok()) {
      return read.error();
    }
  }
  if (Status read = read_day(rest, memory); !read.ok()) {
    return read.error();
  }
  if (!rest.empty()) {
    return Error{ErrorCode::InvalidArgument, "battery memory: an unknown word"};
  }
  return memory;
}

}  // namespace karkara
