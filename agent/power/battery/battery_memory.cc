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
constexpr std::size_t kMostText = 400;

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
constexpr std::array<Word, 14> kWords{{
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
}};

std::uint32_t check_of(std::string_view text) {
  return crc32c(std::as_bytes(std::span{text}));
}

// The word's part of the line, taken off its front; nothing when the line is no longer ours.
Status read_word(const Word& word, std::string_view& rest, BatteryMemory& memory) {
  const std::string head = fmt::format(" {}=", word.name);
  if (!rest.starts_with(head)) {
    return {};
  }
  const std::string_view text = rest.substr(head.size(), rest.find(' ', head.size()) - head.size());
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= word.least && value <= word.most)) {
    return Error{ErrorCode::InvalidArgument, fmt::format("battery memory: {} is not plausible", word.name)};
  }
  word.set(memory, value);
  rest.remove_prefix(head.size() + text.size());
  return {};
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
  if (!rest.empty()) {
    return Error{ErrorCode::InvalidArgument, "battery memory: an unknown word"};
  }
  return memory;
}

}  // namespace karkara
