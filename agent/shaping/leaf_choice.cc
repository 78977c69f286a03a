#include "agent/shaping/leaf_choice.h"

#include <algorithm>
#include <bit>

namespace karkara {
namespace {

// sch_cake allocates eight tins of 1024 flows, whatever of it is used.
constexpr std::uint64_t kCakeItself = 1U << 20U;
constexpr std::uint64_t kLeastMemory = 32U << 10U;
constexpr std::uint64_t kMostMemory = 4U << 20U;
constexpr std::uint32_t kPacketLimit = 1024;
constexpr std::uint32_t kFlows = 256;  // 17 kB; the kernel's 1024 are for a city
// Two hosts in one queue are one: among 50 at work each shares with another by one in five in 256, by one in twenty in
// 1024, which are worth 70 kB where a leaf has several times that.
constexpr std::uint32_t kHostQueues = 1024;
constexpr std::uint64_t kQueueItself = 68;
constexpr std::uint32_t kSlowQuantum = 300;
constexpr std::uint64_t kSlow = 10'000'000 / 8;  // bytes a second; below it small packets go first in a round

constexpr std::uint64_t kSecond = 1'000'000;  // microseconds
constexpr std::uint64_t kLeastTarget = 5'000;
constexpr std::uint64_t kMostTarget = 100'000;
constexpr std::uint64_t kInterval = 100'000;
constexpr std::uint64_t kSkyInterval = 300'000;  // between the 40 ms of a low orbit and the 620 ms of a high one
constexpr std::uint64_t kLongestInterval = 1'000'000;

constexpr std::uint64_t kPlainDelay = 150'000;  // microseconds of line in a plain queue
constexpr std::uint64_t kLeastPlain = 16;       // packets
constexpr std::uint64_t kMostPlain = 1000;

struct Codel {
  std::uint32_t target;    // microseconds
  std::uint32_t interval;  // microseconds
};

// A queue that is asked to be shorter than one packet takes drops without end.
Codel codel_of(const LeafNeed& need) {
  const std::uint64_t packet = need.packet * kSecond / std::max(need.rate, std::uint64_t{1});
  const std::uint64_t interval = need.kind == UplinkKind::Vsat ? kSkyInterval : kInterval;
  const std::uint64_t target = std::clamp(packet * 3 / 2, std::max(kLeastTarget, interval / 20), kMostTarget);
  return {static_cast<std::uint32_t>(target),
          static_cast<std::uint32_t>(std::min(interval - kLeastTarget + target, kLongestInterval))};
}

FairBy fairness(const QueuePlan& plan, const LeafNeed& need) {
  if (!plan.by_host || !need.of_hosts) {
    return FairBy::Flows;
  }
  return need.to_village ? FairBy::Receivers : need.translated ? FairBy::HiddenSenders : FairBy::Senders;
}

std::uint32_t queues_of_leaf(const QueuePlan& plan, FairBy fair) {
  return fair != FairBy::Flows && plan.memory >= 4 * kHostQueues * kQueueItself ? kHostQueues : kFlows;
}

// A second of line and not more; what a packet takes of memory is about twice its bytes.
std::uint32_t memory_of(const QueuePlan& plan, const LeafNeed& need) {
  const std::uint64_t useful = std::max(need.ceiling * 2, std::uint64_t{2} * kLeastMemory);
  return static_cast<std::uint32_t>(std::min(std::uint64_t{plan.memory}, useful));
}

}  // namespace

QueuePlan plan_queues(const TrafficAbilities& abilities, std::uint64_t memory, std::size_t leaves) {
  const std::uint64_t count = std::max<std::uint64_t>(leaves, 1);
  const bool cake = abilities.cake && count * kCakeItself <= (abilities.fq_codel ? memory / 2 : memory);
  QueuePlan plan;
  plan.kind = cake ? QueueKind::Cake : abilities.fq_codel ? QueueKind::FqCodel : QueueKind::Pfifo;
  plan.by_host = cake || (plan.kind == QueueKind::FqCodel && abilities.by_host);
  const std::uint64_t queues = plan.by_host ? kHostQueues : kFlows;
  const std::uint64_t itself = cake ? kCakeItself : abilities.fq_codel ? queues * kQueueItself : 0;
  const std::uint64_t taken = std::min(count * itself, cake ? memory : memory / 2);
  plan.memory = static_cast<std::uint32_t>(std::clamp((memory - taken) / count, kLeastMemory, kMostMemory));
  return plan;
}

Leaf leaf_for(const QueuePlan& plan, const LeafNeed& exact) {
  // A rate that follows its link every second must not have every queue changed with it.
  LeafNeed need = exact;
  need.rate = std::bit_floor(exact.rate);
  need.ceiling = std::bit_floor(exact.ceiling);
  const Codel codel = codel_of(need);
  switch (plan.kind) {
    case QueueKind::Cake: {
      // CAKE's own target is a twentieth of the round trip.
      const std::uint64_t rtt =
          std::clamp<std::uint64_t>(std::uint64_t{codel.target} * 20, kInterval, kLongestInterval);
      return CakeLeaf{need.to_village ? CakeLeaf::Hosts::Destinations : CakeLeaf::Hosts::Sources, need.translated,
                      static_cast<std::uint32_t>(rtt), memory_of(plan, need)};
    }
    case QueueKind::FqCodel: {
      const FairBy fair = fairness(plan, need);
      return FqCodelLeaf{.limit = kPacketLimit,
                         .memory_limit = memory_of(plan, need),
                         .target = codel.target,
                         .interval = codel.interval,
                         .flows = queues_of_leaf(plan, fair),
                         .quantum = need.ceiling < kSlow ? kSlowQuantum : need.packet,
                         .ecn = true,
                         .fair = fair};
    }
    case QueueKind::Pfifo: break;
  }
  const std::uint64_t line = need.ceiling * kPlainDelay / kSecond / std::max(need.packet, 1U);
  return PfifoLeaf{static_cast<std::uint32_t>(std::clamp(line, kLeastPlain, kMostPlain))};
}

}  // namespace karkara
