// What overhearing the TCP connections of a link tells and costs, for a test in a network namespace:
//   karkara-round-trip-trial LINK SAMPLE_BITS SECONDS      or until SIGTERM
// One line of JSON: windows and samples told, the least and the most of them, and the time of this one thread.
#include <net/if.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <variant>

#include "agent/io/round_trip_tap.h"

namespace {

using namespace karkara;

struct Told {
  unsigned windows = 0;
  unsigned flows = 0;
  unsigned samples = 0;
  Duration least = Duration::max();
  Duration most{};
  int status = 0;

  void add(const RoundTripsSeen& seen) {
    ++windows;
    for (const FlowRoundTrip& flow : seen.flows) {
      ++flows;
      samples += flow.samples;
      least = std::min(least, flow.least);
      most = std::max(most, flow.least);
    }
  }
};

double milliseconds(Duration time) {
  return std::chrono::duration<double, std::milli>{time}.count();
}

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "karkara-round-trip-trial LINK SAMPLE_BITS SECONDS\n");
    return 2;
  }
  const auto seconds = std::chrono::seconds{std::atoi(argv[3])};
  boost::asio::io_context io;
  Told told;
  RoundTripTap tap{io, [&](const Event& event) {
                     if (const auto* seen = std::get_if<RoundTripsSeen>(&event)) {
                       told.add(*seen);
                     } else if (const auto* unavailable = std::get_if<RoundTripsUnavailable>(&event)) {
                       std::fprintf(stderr, "%s: %s\n", argv[1], unavailable->why.c_str());
                       told.status = 1;
                     }
                   }};
  tap.run(WatchRoundTrips{{{if_nametoindex(argv[1]), static_cast<std::uint8_t>(std::atoi(argv[2]))}}});
  boost::asio::signal_set enough{io, SIGTERM};
  enough.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
  rusage before{};
  getrusage(RUSAGE_THREAD, &before);
  const std::size_t handlers = io.run_for(seconds);
  rusage after{};
  getrusage(RUSAGE_THREAD, &after);
  if (told.flows == 0) {
    told.least = {};
  }
  std::printf(
      "{\"windows\":%u,\"flows\":%u,\"samples\":%u,\"least_ms\":%.1f,\"most_ms\":%.1f,\"wakeups\":%zu,"
      "\"user_ms\":%.1f,\"system_ms\":%.1f,\"seconds\":%ld}\n",
      told.windows, told.flows, told.samples, milliseconds(told.least), milliseconds(told.most), handlers,
      milliseconds(after.ru_utime) - milliseconds(before.ru_utime),
      milliseconds(after.ru_stime) - milliseconds(before.ru_stime), static_cast<long>(seconds.count()));
  return told.status;
}
