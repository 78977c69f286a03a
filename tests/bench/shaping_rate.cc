// How exactly a class keeps its rate, and how long 200 classes take to change theirs, on this machine's kernel in a
// network namespace of its own: with the trees that the agent plans, put there by the agent's own steps. Prints a JSON
// line a figure, as scripts/bench expects. Ends with 1 when a goal is missed. Needs root.
#include <net/if.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "agent/io/traffic_abilities.h"
#include "agent/io/traffic_requests.h"
#include "agent/reconcile/traffic_steps.h"
#include "agent/shaping/class_tree.h"
#include "agent/shaping/framing.h"
#include "tests/support/frame_line.h"

namespace {

using namespace karkara;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kFrame = 1000;
constexpr std::size_t kCheckSum = 4;  // on an Ethernet, beside the frame's own bytes
constexpr std::uint32_t kLinks = 13;  // with 17 classes each
constexpr std::size_t kVillageClasses = 14;
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

double milliseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>{Clock::now() - start}.count();
}

// A village whose uplinks are all shaped on their way out.
class Village {
 public:
  explicit Village(TrafficRequests kernel) : kernel_{std::move(kernel)} {
    for (std::size_t i = 0; i < kVillageClasses; ++i) {
      ClassShaping each;
      each.id = *ClassId::parse("class-" + std::to_string(i + 1));
      each.terms.guarantee = Percent{5};
      settings_.classes.push_back(each);
    }
    const auto found = try_traffic_abilities();
    if (!found) {
      die(found.error().text);
    }
    now_.abilities = *found;
    for (std::uint32_t slot = 0; slot < kLinks; ++slot) {
      UplinkShaping uplink;
      uplink.id = *UplinkId::parse("uplink-" + std::to_string(slot));
      uplink.framing = usual_cost(uplink.kind);
      uplink.up = RateLimits{};
      settings_.uplinks.push_back(uplink);
      const std::uint32_t index = if_nametoindex(("up" + std::to_string(slot)).c_str());
      now_.uplinks.push_back({slot, ShapedLink{index, 1500}, {}, BitsPerSecond{1e6}});
      Link link;
      link.index = index;
      link.admin_up = link.carrier = true;
      seen_.links.push_back(link);
    }
  }

  void set_rate(BitsPerSecond rate) {
    for (UplinkNow& uplink : now_.uplinks) {
      uplink.up = rate;
    }
  }
  // Another one for each class than in the round before, as when hours of some kind of uplink begin.
  void set_priorities(int round) {
    for (std::size_t i = 0; i < settings_.classes.size(); ++i) {
      settings_.classes[i].terms.priority = static_cast<std::uint8_t>((i + static_cast<std::size_t>(round)) % 8);
    }
  }
  // As the agent goes about it: what is wanted now, the steps to there, and the kernel. How many steps that were.
  std::size_t settle() {
    std::size_t steps = 0;
    const WantedTraffic wanted = canonical(wanted_traffic(settings_, now_));
    for (int round = 0; round < 8; ++round) {
      for (const auto& list : traffic_to_build(wanted, seen_)) {
        if (!list.empty()) {
          steps += list.size();
          carry_out(list);
          break;
        }
      }
    }
    return steps;
  }
  void look() {
    auto seen = kernel_.dump();
    if (!seen) {
      die(seen.error().text);
    }
    seen_.traffic = std::move(*seen);
  }
  [[nodiscard]] bool is_settled() const { return traffic_settled(wanted_traffic(settings_, now_), seen_); }

 private:
  void carry_out(const std::vector<NetworkOp>& list) {
    std::vector<TrafficOp> ops;
    for (const NetworkOp& op : list) {
      std::visit(
          [&]<class Step>(const Step& step) {
            if constexpr (std::is_constructible_v<TrafficOp, Step>) {
              ops.emplace_back(step);
              apply_traffic(step, seen_);
            }
          },
          op);
    }
    must(kernel_.change(ops).status);
  }

  TrafficRequests kernel_;
  ShapingSettings settings_;
  ShapingNow now_;
  KernelSnapshot seen_;
};

struct Rate {
  std::uint64_t bits;           // a second
  std::chrono::seconds length;  // of the measurement
};

// Keeps the class full for as long, and looks at when the kernel saw the frames arrive.
double measure(FrameLine& line, std::chrono::seconds length) {
  std::vector<Arrival> arrivals;
  const auto end = Clock::now() + length;
  while (Clock::now() < end) {
    while (line.send(shaper_class_id(leaf_minor(0, 1)), kFrame)) {
    }
    const auto some = line.take(200, std::chrono::milliseconds{20});
    arrivals.insert(arrivals.end(), some.begin(), some.end());
  }
  if (arrivals.size() < 20) {
    die("next to nothing arrived");
  }
  arrivals.erase(arrivals.begin(), arrivals.begin() + 10);  // the burst
  return rate_of(arrivals, kCheckSum);
}

bool bench_rate(Village& village, const Rate& rate) {
  village.set_rate(BitsPerSecond{static_cast<double>(rate.bits)});
  village.settle();
  FrameLine line{"up0", "isp0"};
  const double measured = measure(line, rate.length) * 8;
  line.take(1000, std::chrono::milliseconds{200});
  const double error = (measured / static_cast<double>(rate.bits) - 1) * 100;
  std::printf(R"({"bench":"shaping","name":"rate_error_%llu_kbit","value":%.2f,"unit":"percent","goal":%.0f,"peer":"",)"
              R"("measured_bits":%.0f})"
              "\n",
              static_cast<unsigned long long>(rate.bits / 1000), std::abs(error), kGoalPercent, measured);
  return std::abs(error) <= kGoalPercent;
}

// Frames wait in each of the classes; all of them must come.
bool bench_change(Village& village) {
  constexpr std::size_t kEach = 5;
  constexpr std::size_t kClasses = kLinks * (kVillageClasses + 2);
  village.set_rate(BitsPerSecond{64e3});
  village.settle();
  std::vector<std::unique_ptr<FrameLine>> lines;
  for (std::uint32_t slot = 0; slot < kLinks; ++slot) {
    lines.push_back(std::make_unique<FrameLine>("up" + std::to_string(slot), "isp" + std::to_string(slot)));
    for (std::uint32_t i = 0; i < (kVillageClasses + 2) * kEach; ++i) {
      if (!lines.back()->send(shaper_class_id(leaf_minor(slot, i % (kVillageClasses + 2))), kFrame)) {
        die("a frame found no place");
      }
    }
  }
  std::vector<double> times;
  std::size_t fewest = kClasses;
  for (int i = 1; i <= 20; ++i) {
    village.set_rate(BitsPerSecond{64e3 + 100.0 * i});
    village.set_priorities(i);
    std::size_t steps = 0;
    times.push_back(milliseconds([&] { steps = village.settle(); }));
    fewest = std::min(fewest, steps);
  }
  village.look();
  const double planned = milliseconds([&] {
    must(village.is_settled() ? Status{} : Error{ErrorCode::Internal, "not settled"});
  });
  village.set_rate(BitsPerSecond{50e6});
  village.settle();
  std::size_t lost = kClasses * kEach;
  for (const auto& line : lines) {
    lost -= line->take((kVillageClasses + 2) * kEach, std::chrono::seconds{10}).size();
  }
  std::ranges::sort(times);
  std::printf(R"({"bench":"shaping","name":"change_200_classes","value":%.2f,"unit":"ms","goal":%.0f,"peer":"",)"
              R"("worst":%.2f,"steps":%zu,"planning":%.2f,"frames_lost":%zu})"
              "\n",
              times[times.size() / 2], kGoalMilliseconds, times.back(), fewest, planned, lost);
  return lost == 0 && fewest >= 200 && times[times.size() / 2] < kGoalMilliseconds;
}

}  // namespace

int main() {
  const std::string links = "i=0; while [ $i -lt " + std::to_string(kLinks) +
                            " ]; do ip link add up$i type veth peer name isp$i && ip link set up$i up && "
                            "ip link set isp$i up || exit 1; i=$((i + 1)); done";
  if (unshare(CLONE_NEWNET) != 0 ||
      std::system(("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 && " + links).c_str()) != 0) {
    die("needs root, for a network namespace of its own");
  }
  auto kernel = TrafficRequests::open();
  if (!kernel) {
    die(kernel.error().text);
  }
  Village village{std::move(*kernel)};
  village.look();
  using std::chrono::seconds;
  bool good = bench_change(village);
  for (const Rate& rate : {Rate{64'000, seconds{20}}, Rate{512'000, seconds{10}}, Rate{5'000'000, seconds{5}},
                           Rate{50'000'000, seconds{5}}}) {
    good = bench_rate(village, rate) && good;
  }
  return good ? 0 : 1;
}
