// How exactly a class keeps its rate, and how long 200 classes take to change theirs, on this machine's kernel in a
// network namespace of its own. Prints a JSON line a figure, as scripts/bench expects. Needs root.
#include <net/if.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "agent/io/traffic_requests.h"
#include "tests/support/frame_line.h"

namespace {

using namespace karkara;
using Clock = std::chrono::steady_clock;

constexpr std::uint16_t kClass = 33;
constexpr std::size_t kFrame = 1000;
constexpr Framing kFraming{24, 64};
constexpr double kGoalPercent = 3;
constexpr double kGoalMilliseconds = 20;

[[noreturn]] void die(const std::string& text) {
  std::fprintf(stderr, "bench_shaping: %s\n", text.c_str());
  std::exit(1);
}

void must(const Status& status) {
  if (!status) {
    die(status.error().text);
  }
}

ShaperClass class_of(std::uint16_t minor, std::uint64_t rate) {
  const auto burst = static_cast<std::uint32_t>(std::max<std::uint64_t>(1600, rate / 1000));
  return {.minor = minor,
          .parent = 0,
          .rate = rate,
          .ceiling = rate,
          .burst = burst,
          .ceiling_burst = burst,
          .quantum = 1514,
          .priority = 0,
          .leaf = {}};
}

struct Rate {
  std::uint64_t bits;           // a second
  std::chrono::seconds length;  // of the measurement
};

// Keeps the class full for as long, and looks at when the kernel saw the frames arrive.
double measure(FrameLine& line, std::chrono::seconds length) {
  std::vector<Arrival> arrivals;
  const auto end = Clock::now() + length;
  while (Clock::now() < end) {
    while (line.send(shaper_class_id(kClass), kFrame)) {
    }
    const auto some = line.take(200, std::chrono::milliseconds{50});
    arrivals.insert(arrivals.end(), some.begin(), some.end());
  }
  if (arrivals.size() < 20) {
    die("next to nothing arrived");
  }
  arrivals.erase(arrivals.begin(), arrivals.begin() + 10);  // the burst
  return rate_of(arrivals, static_cast<std::size_t>(kFraming.overhead));
}

bool bench_rate(TrafficRequests& kernel, std::uint32_t link, const Rate& rate) {
  const std::uint64_t bytes = rate.bits / 8;
  must(kernel
           .change(std::vector<TrafficOp>{RemoveShaperRoot{link}, PutShaperRoot{link, kClass},
                                          PutShaperClass{link, kFraming, class_of(kClass, bytes)},
                                          PutLeaf{link, kClass, PfifoLeaf{500}, false}})
           .status);
  FrameLine line{"up0", "isp0"};
  const double measured = measure(line, rate.length) * 8;
  const double error = (measured / static_cast<double>(rate.bits) - 1) * 100;
  std::printf(R"({"bench":"shaping","name":"rate_error_%llu_kbit","value":%.2f,"unit":"percent","goal":%.0f,"peer":"",)"
              R"("measured_bits":%.0f})"
              "\n",
              static_cast<unsigned long long>(rate.bits / 1000), std::abs(error), kGoalPercent, measured);
  return std::abs(error) <= kGoalPercent;
}

double milliseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>{Clock::now() - start}.count();
}

// Frames wait in each of the classes; all of them must come.
bool bench_change(TrafficRequests& kernel, std::uint32_t link) {
  constexpr std::uint16_t kClasses = 200;
  constexpr std::size_t kEach = 5;
  const auto classes = [&](std::uint64_t rate) {
    std::vector<TrafficOp> ops;
    for (std::uint16_t minor = 1; minor <= kClasses; ++minor) {
      ops.push_back(PutShaperClass{link, {}, class_of(minor, rate)});
    }
    return ops;
  };
  must(kernel.change(std::vector<TrafficOp>{RemoveShaperRoot{link}, PutShaperRoot{link, 1}}).status);
  must(kernel.change(classes(1'000)).status);
  FrameLine line{"up0", "isp0"};
  for (std::size_t i = 0; i < kClasses * kEach; ++i) {
    if (!line.send(shaper_class_id(static_cast<std::uint16_t>(1 + i % kClasses)), kFrame)) {
      die("a frame found no place");
    }
  }
  std::vector<double> together;
  std::vector<double> singly;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const auto ops = classes(1'000 + i);
    together.push_back(milliseconds([&] { must(kernel.change(ops).status); }));
    singly.push_back(milliseconds([&] {
      for (const TrafficOp& op : ops) {
        must(kernel.change({&op, 1}).status);
      }
    }));
  }
  must(kernel.change(classes(100'000)).status);
  const std::size_t lost = kClasses * kEach - line.take(kClasses * kEach, std::chrono::seconds{10}).size();
  std::ranges::sort(together);
  std::ranges::sort(singly);
  std::printf(R"({"bench":"shaping","name":"change_200_classes","value":%.2f,"unit":"ms","goal":%.0f,"peer":"",)"
              R"("worst":%.2f,"one_by_one":%.2f,"frames_lost":%zu})"
              "\n",
              together[together.size() / 2], kGoalMilliseconds, together.back(), singly[singly.size() / 2], lost);
  return lost == 0 && together[together.size() / 2] < kGoalMilliseconds;
}

}  // namespace

int main() {
  if (unshare(CLONE_NEWNET) != 0 ||
      std::system("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 && ip link add up0 type veth peer name isp0 &&"
                  "ip link set up0 up && ip link set isp0 up") != 0) {
    die("needs root, for a network namespace of its own");
  }
  const std::uint32_t link = if_nametoindex("up0");
  auto kernel = TrafficRequests::open();
  if (!kernel) {
    die(kernel.error().text);
  }
  using std::chrono::seconds;
  bool good = bench_change(*kernel, link);
  for (const Rate& rate : {Rate{64'000, seconds{20}}, Rate{512'000, seconds{10}}, Rate{5'000'000, seconds{5}},
                           Rate{50'000'000, seconds{5}}}) {
    good = bench_rate(*kernel, link, rate) && good;
  }
  return good ? 0 : 1;
}
