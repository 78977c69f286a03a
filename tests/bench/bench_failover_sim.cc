// Simulated days of the uplink feature in bad weather: how often it leaves an uplink that works, and whether each
// outage earns one departure and one damped return. Prints one JSON line a figure, as scripts/bench expects.
//   karkara-bench-failover-sim [--days N] [--moves]     N seeds for each of two villages
//   karkara-bench-failover-sim --standby-checks         prints how often an idle metered standby is asked in a day,
//                                                         and how often signed content is asked for over it
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "tests/bench/simulated_day.h"
#include "tests/support/run_program.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kLastVerdict = seconds{2};      // on an echo that an outage lost in its last moment
constexpr Duration kShortestReturn = seconds{10};  // behind an outage's end; sooner is no damping

struct Options {
  int days = 5;
  bool moves = false;
  bool standby_checks = false;
  WeatherShape weather;
};

// Moves when nothing is wrong, after the start.
std::size_t false_switches(const SimulatedDay& day) {
  std::size_t count = 0;
  for (const TimedMove& move : day.moves()) {
    count += move.at > day.start() + kSettle ? 1U : 0U;
  }
  return count;
}

std::size_t differ(std::size_t a, std::size_t b) {
  return a > b ? a - b : b - a;
}

// For each outage what differs from one departure at once and one return that waited; and every move besides. An idle
// uplink that is asked more rarely than an outage lasts need not see it, so there a departure may be missing; and a
// return that did not come before the next outage counts once.
std::size_t outage_errors(const SimulatedDay& day, const UplinkSettings& preferred) {
  std::size_t errors = 0;
  bool at_home = true;
  const auto& outages = day.outages();
  for (std::size_t i = 0; i < outages.size(); ++i) {
    const Instant from = i == 0 ? day.start() + kSettle : outages[i].begin;
    const Instant until = i + 1 < outages.size() ? outages[i + 1].begin : Instant::max();
    std::size_t departures = 0;
    std::size_t returns = 0;
    for (const TimedMove& move : day.moves()) {
      if (move.at <= from || move.at > until) {
        continue;
      }
      const bool away = move.what.starts_with(preferred.id.text() + ">");
      const bool timely = away ? move.at > outages[i].begin && move.at <= outages[i].end + kLastVerdict
                               : move.at >= outages[i].end + kShortestReturn;
      departures += away && timely ? 1U : 0U;
      returns += !away && timely ? 1U : 0U;
      errors += timely ? 0U : 1U;
    }
    const bool often_asked = preferred.active_echo_interval < outages[i].end - outages[i].begin;
    const bool seen = often_asked || (is_online(outages[i].begin) && is_online(outages[i].end));
    const bool may_stay = at_home && !seen && departures == 0;
    errors += may_stay ? 0 : differ(departures, at_home ? 1 : 0);
    const bool left = !at_home || departures > 0;
    errors += differ(returns, left ? 1 : 0);
    at_home = !left || returns > 0;
  }
  return errors;
}

struct Sum {
  std::size_t worst = 0;
  std::size_t total = 0;
  int days = 0;
  void add(std::size_t count) {
    worst = std::max(worst, count);
    total += count;
    ++days;
  }
};

void print_moves(const char* village, std::uint64_t seed, const SimulatedDay& day) {
  for (const TimedMove& move : day.moves()) {
    std::fprintf(stderr, "%s, seed %lu, %9.1f s: %s, round trip %.2f s, %s\n", village, seed,
                 std::chrono::duration<double>(move.at - day.start()).count(), move.what.c_str(),
                 std::chrono::duration<double>(move.round_trip).count(),
                 is_online(move.at) ? "somebody online" : "nobody online");
  }
}

void run(const char* name, const Options& options, Duration outage_every) {
  WeatherShape shape = options.weather;
  shape.outage_every = outage_every;
  Sum all;
  std::string parts;
  for (const Topology& topology : topologies()) {
    Sum sum;
    for (int n = 1; n <= options.days; ++n) {
      const auto seed = static_cast<std::uint64_t>(n);
      SimulatedDay day{topology, shape, seed};
      try {
        day.live();
      } catch (const std::exception& error) {
        throw std::runtime_error{std::string{topology.name} + ", seed " + std::to_string(n) + ", " +
                                 std::to_string((day.now() - day.start()) / milliseconds{1}) + " ms: " + error.what()};
      }
      const std::size_t count =
          outage_every == Duration{} ? false_switches(day) : outage_errors(day, topology.uplinks[0]);
      sum.add(count);
      all.add(count);
      if (options.moves) {
        print_moves(topology.name, seed, day);
      }
    }
    parts += (parts.empty() ? "" : "; ") + std::string{topology.name} + ": worst day " + std::to_string(sum.worst) +
             ", sum of " + std::to_string(sum.days) + " days " + std::to_string(sum.total);
  }
  std::printf(
      "{\"bench\":\"failover\",\"name\":\"%s\",\"value\":%zu,\"unit\":\"switches\",\"goal\":0,\"peer\":\"\","
      "\"runs\":%d,\"sum\":%zu,\"comment\":\"the worst simulated day; %s\"}\n",
      name, all.worst, all.days, all.total, parts.c_str());
  std::fflush(stdout);
}

struct StandbyChecks {
  std::size_t echoes = 0;
  std::size_t looks = 0;  // at the truth
};

// In good weather, with the other uplink in use and the village online half of the time. The look of the attachment is
// not among them.
StandbyChecks standby_checks() {
  TruthSettings truth;
  truth.content_port = 80;
  UplinkVillage village = village_of(topologies()[0], truth);
  village.link("up1").content = village.link("up2").content = ContentVerdict::Signed;
  village.boot();
  village.run_for(kSettle);
  const StandbyChecks before{village.echo_times("up2").size(), village.content_checks("up2").size()};
  village.run_for(hours{24});
  return {village.echo_times("up2").size() - before.echoes, village.content_checks("up2").size() - before.looks};
}

int run(int argc, char** argv) {
  Options options;
  double bad_ms = 100;
  CLI::App app{"Simulated days of failover in bad weather.", "karkara-bench-failover-sim"};
  app.add_option("--days", options.days, "Seeds for each village")->check(CLI::Range(1, 1000))->capture_default_str();
  app.add_option("--bad-ms", bad_ms, "Mean length of a burst of loss")
      ->check(CLI::Range(1.0, 1e4))
      ->capture_default_str();
  app.add_option("--bad-loss", options.weather.bad_loss, "Loss in a burst")
      ->check(CLI::Range(0.05, 1.0))
      ->capture_default_str();
  app.add_flag("--moves", options.moves, "Tell every move on standard error");
  app.add_flag("--standby-checks", options.standby_checks, "Only print how often a metered standby is asked in a day");
  CLI11_PARSE(app, argc, argv);
  options.weather.bad_mean = Duration{static_cast<std::int64_t>(bad_ms * 1e6)};
  if (options.standby_checks) {
    const StandbyChecks checks = standby_checks();
    std::printf("%zu %zu\n", checks.echoes, checks.looks);
    return 0;
  }
  run("false_switches_24h", options, Duration{});
  run("outage_switch_errors_24h", options, hours{1});
  return 0;
}

}  // namespace
}  // namespace karkara

int main(int argc, char** argv) {
  return karkara::run_program("karkara-bench-failover-sim", karkara::run, argc, argv);
}
