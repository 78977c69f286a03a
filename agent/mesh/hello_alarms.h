// Hellos that were refused: counted by fault, an alarm when there are more than chance would bring, and its end an hour
// after the last. Refuses to count handshakes that a whole village's restart brings as a flood.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/facts/effects.h"

namespace karkara {

class HelloAlarms {
 public:
  static constexpr std::uint64_t kSuspicious = 3;  // within a minute
  static constexpr std::uint64_t kFlood = 30;
  static constexpr Duration kQuiet = std::chrono::hours{1};

  Effects on(const HelloRefused& refused, Instant now);
  Effects tick(Instant now);
  Effects end_all();
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> counts() const;

 private:
  struct Fault {
    std::uint64_t total = 0;
    std::uint64_t lately = 0;
    Instant lately_since{};
    Instant clear_at = Instant::max();  // while the alarm stands
  };
  std::array<Fault, kHelloFaults> faults_{};
};

}  // namespace karkara
