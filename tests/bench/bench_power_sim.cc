// Simulated years of a mast's energy: how far the believed charge is from the true one, and which nights were foretold
// wrongly. Prints one JSON line a figure, as scripts/bench expects; docs/power-simulation.md has the constants.
//   karkara-bench-power-sim [--seeds N] [--days N] [--scenario NAME]
//   karkara-bench-power-sim --scenario NAME --seed N --trace FILE --worst N    one year, to look at
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "tests/bench/simulated_ladder.h"
#include "tests/bench/simulated_site_year.h"
#include "tests/support/run_program.h"

namespace karkara {
namespace {

struct Options {
  std::size_t seeds = 3;
  std::size_t days = 365;
  std::uint64_t seed = 1;  // the first
  std::string scenario;
  std::string trace;
  std::size_t worst = 0;
  std::optional<unsigned> stage{};  // held all year, instead of the ladder
};

struct Figure {
  std::string name;
  double value;
  std::string unit;
  std::string goal;
  std::string comment;
};

void print(const Figure& figure, std::size_t runs) {
  fmt::print(
      "{{\"bench\":\"power\",\"name\":\"{}\",\"value\":{:.4g},\"unit\":\"{}\",\"goal\":{},\"peer\":\"\",\"runs\":{},"
      "\"comment\":\"{}\"}}\n",
      figure.name, figure.value, figure.unit, figure.goal, runs, figure.comment);
  std::fflush(stdout);
}

// Of a scenario's years: all of them together, and the worst one of each figure.
struct Years {
  YearScore all;
  double worst_p95 = 0;
  std::size_t worst_wrong = 0;
  std::size_t runs = 0;
  void add(const YearScore& year) {
    worst_p95 = std::max(worst_p95, year.error_at(0.95));
    worst_wrong = std::max(worst_wrong, year.wrong.size());
    all.add(year);
    ++runs;
  }
};

void tell_year(const Scenario& scenario, std::uint64_t seed, YearScore& year, std::size_t worst) {
  for (const WrongNight& night : year.wrong) {
    fmt::print(stderr, "{} seed {}: {}\n", scenario.name, seed, night.note);
  }
  const auto first = year.worst_of_day.begin();
  const std::size_t count = std::min(worst, year.worst_of_day.size());
  std::partial_sort(first, first + static_cast<std::ptrdiff_t>(count), year.worst_of_day.end(),
                    [](const WorstMoment& a, const WorstMoment& b) { return a.error > b.error; });
  for (std::size_t i = 0; i < count && year.worst_of_day[i].error > 0; ++i) {
    fmt::print(stderr, "{} seed {}: off by {:.1f}: {}\n", scenario.name, seed, year.worst_of_day[i].error,
               year.worst_of_day[i].note);
  }
}

YearScore live(const Scenario& scenario, const Options& options, std::uint64_t seed) {
  YearOptions year;
  year.seed = seed;
  year.days = options.days;
  year.policy = options.stage ? fixed_stage(*options.stage) : shedding_ladder();
  const auto close = [](std::FILE* file) { std::fclose(file); };
  std::unique_ptr<std::FILE, decltype(close)> file{nullptr, close};
  if (!options.trace.empty()) {
    file.reset(std::fopen(options.trace.c_str(), "w"));
    if (!file) {
      throw std::runtime_error{"cannot write " + options.trace};
    }
    year.trace = file.get();
  }
  YearScore score = SimulatedYear{scenario, year}.live();
  if (options.worst > 0) {
    tell_year(scenario, seed, score, options.worst);
  }
  return score;
}

std::string nights_of(const Years& years) {
  const YearScore& all = years.all;
  return fmt::format(
      "worst year; of {} nights {} were deaths, {} within 10 % of the line ({} of them deaths); {} missed deaths, {} "
      "false alarms, {} undecided, {} with the agent off; Brier {:.4f}",
      all.nights, all.deaths, all.close_nights, all.close_deaths, all.missed_deaths(),
      all.wrong.size() - all.missed_deaths(), all.undecided, all.unheard,
      all.nights == 0 ? 0 : all.brier / static_cast<double>(all.nights));
}

void print_scenario(const Scenario& scenario, const Years& years) {
  const YearScore& all = years.all;
  const std::string name{scenario.name};
  if (scenario.tells_percent) {
    print({"soc_error_p95_" + name, years.worst_p95, "points", scenario.sensors.shunt ? "5" : "12",
           fmt::format(
               "worst year, silence counts as 100; all years: median {:.2f}, of what was told p95 {:.2f} and worst "
               "{:.1f}; silent {:.2f} % of the time, {:.1f} h at the longest",
               all.error_at(0.5), all.told_error_at(0.95), all.told_error_at(1),
               100 - 100.0 * static_cast<double>(all.percents) / static_cast<double>(all.told),
               std::chrono::duration<double, std::ratio<3600>>(kSiteStep).count() *
                   static_cast<double>(all.longest_untold))},
          years.runs);
    print({"soc_error_coverage_" + name, all.coverage(), "percent", "95",
           fmt::format("mean error bar {:.2f} points", all.error_bars / static_cast<double>(all.percents))},
          years.runs);
  } else {
    print({"soc_percent_told_" + name, static_cast<double>(all.percents), "samples", "0",
           "a percentage where only a voltage is known"},
          years.runs);
  }
  print({"soc_band_near_" + name, all.near_bands(), "percent", "95", "the true band or its neighbour"}, years.runs);
  print({"wrong_night_decisions_" + name, static_cast<double>(years.worst_wrong), "nights", "2", nights_of(years)},
        years.runs);
  print({"disconnects_" + name, static_cast<double>(all.disconnects), "count", "null",
         fmt::format("all years; {} would not have been in the deepest stage, which had {}; {} changes of stage on the "
                     "median day",
                     all.avoidable, all.oracle_disconnects, all.median_changes())},
        years.runs);
  print({"simulated_year_time_" + name, all.seconds, "s", "10", "the slowest year"}, years.runs);
}

void print_headlines(const std::map<std::string_view, Years>& years, const Options& options) {
  double shunt = 0;
  double no_shunt = 0;
  double seconds = 0;
  std::size_t wrong = 0;
  std::size_t avoidable = 0;
  double changes = 0;
  std::size_t runs = 0;
  for (const Scenario& scenario : scenarios()) {
    const auto found = years.find(scenario.name);
    if (found == years.end() || !scenario.in_headlines) {
      continue;
    }
    const Years& of = found->second;
    runs = of.runs;
    seconds = std::max(seconds, of.all.seconds);
    avoidable += of.all.avoidable;
    changes = std::max(changes, of.all.median_changes());
    if (scenario.tells_percent) {
      (scenario.sensors.shunt ? shunt : no_shunt) = std::max(scenario.sensors.shunt ? shunt : no_shunt, of.worst_p95);
      wrong = std::max(wrong, of.worst_wrong);
    }
  }
  print({"soc_error_p95_shunt", shunt, "points", "5", "the worst year of the sites with a shunt"}, runs);
  print({"soc_error_p95_no_shunt", no_shunt, "points", "12", "the worst year with charger and load current only"},
        runs);
  print(
      {"wrong_night_decisions", static_cast<double>(wrong), "nights", "2", "the worst year of sites with a percentage"},
      runs);
  if (options.stage) {
    // Without a ladder nothing was shed: what it would be good for, not what is promised.
    print({"avoidable_disconnects_no_ladder", static_cast<double>(avoidable), "count", "null", "all sites and years"},
          runs);
  } else {
    print({"avoidable_disconnects", static_cast<double>(avoidable), "count", "0", "all sites and years"}, runs);
    print({"stage_changes_day_median", changes, "count", "2", "the busiest site"}, runs);
  }
  print({"simulated_year_time", seconds, "s", "10", "the slowest year"}, runs);
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"Simulated years of a mast's energy.", "karkara-bench-power-sim"};
  app.add_option("--seeds", options.seeds, "Years of each site")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--seed", options.seed, "The first year's seed")->capture_default_str();
  app.add_option("--days", options.days, "Of each year")->check(CLI::Range(8, 3650))->capture_default_str();
  app.add_option("--scenario", options.scenario, "Only this site; its name, or a part of it");
  app.add_option("--stage", options.stage, "Held all year, instead of the shedding ladder")
      ->check(CLI::Range(0U, kDeepestStage));
  app.add_option("--trace", options.trace, "Write the last year as CSV");
  app.add_option("--worst", options.worst, "Tell wrong nights and the worst days on standard error");
  CLI11_PARSE(app, argc, argv);
  std::map<std::string_view, Years> years;
  for (const Scenario& scenario : scenarios()) {
    if (scenario.name.find(options.scenario) == std::string_view::npos) {
      continue;
    }
    for (std::uint64_t seed = options.seed; seed < options.seed + options.seeds; ++seed) {
      years[scenario.name].add(live(scenario, options, seed));
    }
    print_scenario(scenario, years[scenario.name]);
  }
  if (options.scenario.empty()) {
    print_headlines(years, options);
  }
  return 0;
}

}  // namespace
}  // namespace karkara

int main(int argc, char** argv) {
  return karkara::run_program("karkara-bench-power-sim", karkara::run, argc, argv);
}
