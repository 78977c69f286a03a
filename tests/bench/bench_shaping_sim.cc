// Adaptive rates in virtual time: a bottleneck that steps 4 -> 0.5 -> 4 Mbit/s, a satellite hop, LTE that wanders.
// Prints one JSON line a figure, as scripts/bench expects. Ends with 1 when a goal is missed.
//   karkara-bench-shaping-sim [--seeds N] [--only NAME] [--changes] [--late]
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>

#include "tests/bench/shaping_scenarios.h"
#include "tests/support/run_program.h"

namespace karkara {
namespace {

struct Options {
  int seeds = 5;
  std::string only;
  bool changes = false;
  bool late = false;
};

void print_changes(const char* direction, const DirectionResult& result) {
  for (std::size_t i = 0; i < result.changes.size(); ++i) {
    const RateChange& made = result.changes[i];
    const auto kbit = [](BitsPerSecond rate) { return rate.value() / 1000; };
    std::fprintf(stderr, "%s %7.2f s: %6.0f -> %6.0f kbit/s, %s, %.0f ms above %.0f ms, carried %.0f kbit/s\n",
                 direction, std::chrono::duration<double>(result.changed_at[i].since_boot()).count(), kbit(made.from),
                 kbit(made.to), std::string{to_string(made.reason)}.c_str(),
                 std::chrono::duration<double, std::milli>(made.added).count(),
                 std::chrono::duration<double, std::milli>(made.baseline).count(), kbit(made.carried));
  }
}

// Of each second of the stream, its worst packet; 50 of them are a second.
void print_delays(const char* direction, const DirectionResult& result) {
  constexpr std::size_t kSecond = 50;
  for (std::size_t i = 0; i + kSecond <= result.added_ms.size(); i += kSecond) {
    const auto from = result.added_ms.begin() + static_cast<std::ptrdiff_t>(i);
    const double worst = *std::max_element(from, from + kSecond);
    if (worst > 100) {
      const std::size_t second = i / kSecond;
      std::fprintf(stderr, "%s %7.2f s: %6.0f ms, carried %.0f kbit/s\n", direction, static_cast<double>(second) + 0.99,
                   worst, second < result.second_kbit.size() ? result.second_kbit[second] : 0);
    }
  }
}

// Whose the late moments are: which rate of the link and which change of ours was in force as they were sent.
void print_late(const char* direction, const ShapingScenario& scenario, const DirectionResult& result) {
  constexpr double kEach = 0.02;  // of 300 bytes at 120 kbit/s
  constexpr double kLate = 100;
  std::map<std::string, double> late;
  double all = 0;
  std::size_t change = 0;
  std::size_t step = 0;
  for (std::size_t i = 0; i < result.added_ms.size(); ++i) {
    const double at = static_cast<double>(i) * kEach;
    while (change < result.changes.size() &&
           std::chrono::duration<double>(result.changed_at[change].since_boot()).count() <= at) {
      ++change;
    }
    while (step + 1 < scenario.capacity.size() &&
           std::chrono::duration<double>(scenario.capacity[step + 1].at).count() <= at) {
      ++step;
    }
    if (result.added_ms[i] > kLate) {
      const std::string reason{to_string(change == 0 ? RateReason::Start : result.changes[change - 1].reason)};
      late[(scenario.capacity.size() > 9 ? "" : "link " + std::to_string(step) + " ") + reason] += kEach;
      all += kEach;
    }
  }
  std::fprintf(stderr, "%s late for %.2f s, p95 %.0f ms:", direction, all, part_of(result.added_ms, 0.95));
  for (const auto& [what, seconds] : late) {
    std::fprintf(stderr, " %s %.2f s,", what.c_str(), seconds);
  }
  std::fprintf(stderr, "\n");
}

struct Figure {
  std::string name;
  const char* unit;
  double goal;  // 0: none
  std::vector<double> runs;
  bool least = false;  // the worst is the least
  std::string comment;
};

// False: it has a goal, and the worst of its runs missed it.
bool print(const Figure& figure) {
  const double worst = figure.least ? *std::min_element(figure.runs.begin(), figure.runs.end())
                                    : *std::max_element(figure.runs.begin(), figure.runs.end());
  const bool has_goal = figure.goal != 0 || figure.name.find("loss") != std::string::npos;
  const std::string goal = has_goal ? std::to_string(static_cast<int>(figure.goal)) : "null";
  std::printf(
      "{\"bench\":\"shaping\",\"name\":\"%s_sim\",\"value\":%.2f,\"unit\":\"%s\",\"goal\":%s,\"peer\":\"\",\"runs\":%"
      "zu,"
      "\"median\":%.2f,\"comment\":\"the worst of the seeds, in virtual time; %s\"}\n",
      figure.name.c_str(), worst, figure.unit, goal.c_str(), figure.runs.size(), part_of(figure.runs, 0.5),
      figure.comment.c_str());
  std::fflush(stdout);
  return !has_goal || worst <= figure.goal;
}

bool run(const NamedScenario& named, const Options& options) {
  const std::string& name = named.scenario.name;
  Figure delay{name + "_added_delay_p95", "ms", named.goal_ms, {}, false, "one way, the worse direction"};
  Figure both{name + "_added_round_trip_p95", "ms", 0, {}, false, "there and back"};
  Figure loss{name + "_stream_loss", "packets", 0, {}, false, "of 120 kbit/s there and back"};
  Figure use{name + "_use", "%", 0, {}, true, "of what the link could carry, the worse direction"};
  Figure recovery{name + "_recovery", "s", 10, {}, false, "until a second carries over 85 %"};
  Figure echoes{name + "_echo_bytes", "bytes/s", 0, {}, false, "104 a probe"};
  Figure fixed{name + "_fixed_rate_delay_p95", "ms", 0, {}, false, "the same with a rate that stays at base"};
  for (int seed = 1; seed <= options.seeds; ++seed) {
    const ShapingScenario scenario = seeded(named, static_cast<std::uint64_t>(seed));
    const ShapingResult result = ShapingSim{scenario, static_cast<std::uint64_t>(seed)}.run();
    if (!result.up.broken.empty() || !result.down.broken.empty()) {
      throw std::runtime_error{name + ": a law of the adaptive rate is broken"};
    }
    if (options.changes) {
      print_changes("up  ", result.up);
      print_changes("down", result.down);
      print_delays("up  ", result.up);
      print_delays("down", result.down);
    }
    if (options.late) {
      std::fprintf(stderr, "%s, seed %d, back after %.1f s\n", name.c_str(), seed, recovery_of(named, result));
      print_late("up  ", scenario, result.up);
      print_late("down", scenario, result.down);
    }
    delay.runs.push_back(std::max(part_of(result.up.added_ms, 0.95), part_of(result.down.added_ms, 0.95)));
    both.runs.push_back(part_of(result.round_trip_added_ms, 0.95));
    loss.runs.push_back(static_cast<double>(result.stream_lost));
    use.runs.push_back(use_of(scenario, result));
    echoes.runs.push_back(104.0 * static_cast<double>(result.echoes) /
                          std::chrono::duration<double>(scenario.length).count());
    if (named.recovers_at > Duration{}) {
      recovery.runs.push_back(recovery_of(named, result));
    }
    ShapingScenario still = scenario;
    still.adaptive = false;
    const ShapingResult peer = ShapingSim{still, static_cast<std::uint64_t>(seed)}.run();
    fixed.runs.push_back(std::max(part_of(peer.up.added_ms, 0.95), part_of(peer.down.added_ms, 0.95)));
  }
  bool met = true;
  for (const Figure& each : {delay, both, loss, use, echoes, fixed}) {
    met = print(each) && met;
  }
  return (recovery.runs.empty() || print(recovery)) && met;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"Adaptive rates in virtual time.", "karkara-bench-shaping-sim"};
  app.add_option("--seeds", options.seeds, "Runs of each scenario")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--only", options.only, "One scenario");
  app.add_flag("--changes", options.changes,
               "Tell every change of a rate, and the seconds with delay, on standard error");
  app.add_flag("--late", options.late, "Tell on standard error which moments the late packets of a run are from");
  CLI11_PARSE(app, argc, argv);
  bool met = true;
  for (const NamedScenario& named : shaping_scenarios()) {
    if (options.only.empty() || options.only == named.scenario.name) {
      met = run(named, options) && met;
    }
  }
  return met ? 0 : 1;
}

}  // namespace
}  // namespace karkara

int main(int argc, char** argv) {
  return karkara::run_program("karkara-bench-shaping-sim", karkara::run, argc, argv);
}
