#include "agent/facts/traffic_canonical.h"

#include <algorithm>
#include <limits>

#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;  // nanoseconds
constexpr std::uint64_t kTick = 64;               // nanoseconds: PSCHED_SHIFT is 6 since Linux 2.6.31
constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
// No sum below overflows up to here, on processors without 128 bits as well.
constexpr std::uint64_t kHighestRate = 1ULL << 33U;
constexpr std::uint8_t kLowestPriority = 7;         // TC_HTB_NUMPRIO - 1
constexpr std::uint32_t kOrdinaryQuantum = 1514;    // one packet of Ethernet
constexpr std::uint32_t kSmallestFqQuantum = 256;   // sch_fq_codel.c
constexpr std::uint32_t kMostFqMemory = 1U << 31U;  // sch_fq_codel.c
constexpr std::uint64_t kCodelUnit = 1024;          // nanoseconds: CODEL_SHIFT is 10
constexpr std::uint64_t kMicrosecond = 1000;        // nanoseconds

std::uint32_t first_microsecond(std::uint64_t units) {
  return static_cast<std::uint32_t>(std::min((units * kCodelUnit + kMicrosecond - 1) / kMicrosecond, kMost));
}

std::uint64_t calculable(std::uint64_t rate) {
  return std::clamp(rate, std::uint64_t{1}, kHighestRate);
}

}  // namespace

std::uint32_t burst_ticks(std::uint32_t bytes, std::uint64_t rate) {
  const std::uint64_t tick_rate = kTick * calculable(rate);
  return static_cast<std::uint32_t>(std::min((bytes * kSecond + tick_rate - 1) / tick_rate, kMost));
}

std::uint32_t burst_bytes(std::uint32_t ticks, std::uint64_t rate) {
  const std::uint64_t time = ticks * kTick;
  const std::uint64_t speed = calculable(rate);
  return static_cast<std::uint32_t>(std::min(time / kSecond * speed + time % kSecond * speed / kSecond, kMost));
}

std::uint32_t codel_time(std::uint32_t microseconds) {
  return first_microsecond(microseconds * kMicrosecond / kCodelUnit);
}

// The dump rounds down what was already rounded down: 5000 us comes back as 4999.
std::uint32_t codel_time_of_dump(std::uint32_t microseconds) {
  return first_microsecond((microseconds * kMicrosecond + kCodelUnit - 1) / kCodelUnit);
}

Framing canonical(Framing framing) {
  framing.overhead = std::max(framing.overhead, std::int16_t{0});
  return framing;
}

Leaf canonical(Leaf leaf) {
  std::visit(Overloaded{
                 [](FqCodelLeaf& l) {
                   l.target = codel_time(l.target);
                   l.interval = codel_time(l.interval);
                   l.quantum = std::max(l.quantum, kSmallestFqQuantum);
                   l.memory_limit = std::min(l.memory_limit, kMostFqMemory);
                 },
                 [](CakeLeaf& l) { l.rtt = std::max(l.rtt, 1U); },
                 [](PfifoLeaf&) {},
                 [](OtherLeaf&) {},
             },
             leaf);
  return leaf;
}

ShaperClass canonical(ShaperClass content) {
  content.rate = std::max(content.rate, std::uint64_t{1});
  content.ceiling = std::max(content.ceiling, std::uint64_t{1});
  content.burst = burst_bytes(burst_ticks(content.burst, content.rate), content.rate);
  content.ceiling_burst = burst_bytes(burst_ticks(content.ceiling_burst, content.ceiling), content.ceiling);
  if (content.leaf) {
    content.leaf = canonical(std::move(*content.leaf));
    content.priority = std::min(content.priority, kLowestPriority);
    content.quantum = content.quantum == 0 ? kOrdinaryQuantum : content.quantum;
  } else {
    // HTB ignores both in a change of an inner class.
    content.priority = 0;
    content.quantum = 0;
  }
  return content;
}

}  // namespace karkara
