// The questions for what a solar charger's text lacks: how warm the battery and the charger itself are. One at a time,
// behind a text block, every five minutes. Refuses to ask what the charger tells by itself, what it said it has not,
// and one that answers nothing more than three times a day. Owned by VeDirectSource.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "agent/power/vedirect/hex_frame.h"
#include "common/time.h"

namespace karkara::vedirect {

inline constexpr Duration kRegisterPace = std::chrono::minutes{5};

class RegisterAsk {
 public:
  void stop() { *this = RegisterAsk{}; }  // another device, or a closed port

  // A text block was verified just now, and nobody else waits for an answer. The question to write, or empty.
  [[nodiscard]] std::vector<std::byte> question(Instant now);
  void take(const HexFrame& frame, Instant now);  // a verified frame, of whatever kind
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const { return pending_ ? pending_->by : Instant::max(); }
  [[nodiscard]] bool is_waiting() const { return pending_.has_value(); }
  [[nodiscard]] std::optional<Instant> asked_at() const { return asked_at_; }  // the last question

 private:
  struct Wanted {
    std::uint16_t id = 0;
    Instant due{};
  };
  struct Pending {
    std::uint16_t id = 0;
    Instant by;
  };
  void lose(Instant now);

  std::array<Wanted, 2> wanted_{Wanted{0xEDEC}, Wanted{0xEDDB}};
  std::optional<Pending> pending_;
  std::optional<Instant> begun_;  // the first block
  std::optional<Instant> asked_at_;
  Instant rests_until_{};
  unsigned lost_ = 0;  // in a row
};

}  // namespace karkara::vedirect
