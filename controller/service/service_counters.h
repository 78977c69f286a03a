// What the services count for /metrics. Refuses labels: a count per site would grow without bound.
#pragma once

#include <atomic>
#include <cstdint>

namespace karkara {

struct ServiceCounters {
  std::atomic<std::uint64_t> sessions_opened{0};
  std::atomic<std::uint64_t> sessions_replaced{0};
  std::atomic<std::uint64_t> blocks_unreadable{0};
  std::atomic<std::uint64_t> enrolments{0};
  std::atomic<std::uint64_t> enrolments_refused{0};
  std::atomic<std::uint64_t> calls_refused{0};
  std::atomic<std::uint64_t> site_calls{0};
};

}  // namespace karkara
