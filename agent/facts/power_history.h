// A solar charger's past days as plain values, for the NOC, for 'karkara local' and for telemetry: those that the agent
// saw, and those that it missed and the charger told afterwards.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

enum class DayFrom : unsigned char {
  Agent,        // it listened while the charger harvested nearly all of it
  AgentInPart,  // it listened for some of it, and the charger has not told the rest
  Charger,      // it missed the day; the charger told it when asked
};

// The charger's own day: from one sunrise to the next. What is absent was not told.
struct ChargerDay {
  unsigned days_ago = 0;             // by the charger's count
  std::optional<std::int64_t> date;  // local days since 1970; none: the time is not known
  DayFrom from = DayFrom::Agent;
  std::optional<WattHours> yield;
  std::optional<WattHours> load;  // from the load output
  std::optional<Watts> panel_most;
  std::optional<Volts> battery_most;
  std::optional<Volts> battery_least;
  std::optional<std::chrono::minutes> bulk;
  std::optional<std::chrono::minutes> absorption;
  std::optional<std::chrono::minutes> floating;
  std::vector<std::uint8_t> errors;  // the charger's numbers, the newest first
  friend bool operator==(const ChargerDay&, const ChargerDay&) = default;
};

// Of the charger's whole life. What is absent was not told.
struct ChargerTotals {
  std::optional<WattHours> yield;       // since it was made
  std::optional<WattHours> user_yield;  // since somebody reset it
  std::optional<Volts> panel_most;
  std::optional<Volts> battery_most;
  unsigned days_kept = 0;
  std::vector<std::uint8_t> errors;  // the charger's numbers, the newest first
  friend bool operator==(const ChargerTotals&, const ChargerTotals&) = default;
};

struct ChargerHistory {
  std::string id;
  std::string product;
  std::string state;             // of the asking, for people
  std::vector<ChargerDay> days;  // the newest first
  std::optional<ChargerTotals> totals{};
  friend bool operator==(const ChargerHistory&, const ChargerHistory&) = default;
};

struct PowerHistoryReport {
  std::vector<ChargerHistory> chargers;
  friend bool operator==(const PowerHistoryReport&, const PowerHistoryReport&) = default;
};

}  // namespace karkara
