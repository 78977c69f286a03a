// What a simulated year tells of the estimates: errors of the state of charge, whether the error bars hold, nights
// foretold wrongly, disconnects and changes of stage. Refuses to know how they were made. Filled by SimulatedYear,
// printed by the bench.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/power/battery/battery_state.h"
#include "common/units.h"

namespace karkara {

// The bands' edges, in percent of charge.
[[nodiscard]] SocBand band_of(Percent state_of_charge);

struct WrongNight {
  std::size_t day = 0;
  bool died = false;  // and was foretold to survive
  bool close = false;
  std::string note;
};

struct WorstMoment {
  double error = 0;
  std::string note;
};

struct YearScore {
  std::vector<float> errors{};  // of the state of charge that was told, in points, signed
  std::size_t within_error = 0;
  std::size_t told = 0;
  std::size_t bands = 0, bands_near = 0;
  std::size_t percents = 0;                    // told at all
  std::size_t untold = 0, longest_untold = 0;  // samples in a row
  double error_bars = 0;                       // sum

  std::size_t nights = 0, deaths = 0, close_nights = 0, close_deaths = 0;
  std::size_t undecided = 0, unheard = 0;  // nobody asked: the agent was off
  std::vector<WrongNight> wrong{};
  double brier = 0;  // sum of squares of foretold survival against what came

  std::size_t disconnects = 0, avoidable = 0, oracle_disconnects = 0;
  std::vector<std::size_t> changes_of_day{};
  std::vector<WorstMoment> worst_of_day{};
  double seconds = 0;  // CPU, without the nights that were lived twice

  void add(const BatteryState& believed, Percent truth);
  void add(const YearScore& other);
  [[nodiscard]] double error_at(double part) const;  // of the sorted absolute errors; nothing told counts as 100
  [[nodiscard]] double told_error_at(double part) const;
  [[nodiscard]] double coverage() const;
  [[nodiscard]] double near_bands() const;
  [[nodiscard]] std::size_t missed_deaths() const;
  [[nodiscard]] double median_changes() const;
};

}  // namespace karkara
