// The questions for a solar charger's past days: one at a time, each with its deadline, a pause between, and an end.
// Refuses to ask while the charger is busy: old firmware holds its text back for seconds after each answer, so a
// question goes out only behind a text block; and to believe days that do not follow one another. Owned by
// VeDirectSource.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "agent/power/vedirect/hex_frame.h"
#include "agent/power/vedirect/history.h"
#include "common/time.h"

namespace karkara::vedirect {

class HistoryAsk {
 public:
  enum class State : std::uint8_t {
    Idle,      // never asked, or broken off
    Asking,    // a round is under way
    Told,      // the round ended with answers
    NoAnswer,  // nothing answers HEX: the TX line is not connected, or the device is of another kind
    Refused,   // it answers, and has no history that we can read
  };

  // One round for the days of these ages (1: yesterday), in this order. Today's is asked first: what it says ties the
  // numbers of the others down. The totals come last.
  void begin(const std::vector<unsigned>& ages);
  void stop();  // another device, a closed port, a day that rolled over: what was begun counts no more

  // A text block was verified just now. The question to write, or empty.
  [[nodiscard]] std::vector<std::byte> question(Instant now);
  // A verified frame, of whatever kind. The day that it tells, if it was asked for in this round: late answers and
  // answers out of order count, what the charger says by itself does not.
  [[nodiscard]] std::optional<HistoryDay> take(const HexFrame& frame, Instant now);
  // What the charger told of its whole life in this round, once.
  [[nodiscard]] std::optional<HistoryTotal> take_total() { return std::exchange(total_, std::nullopt); }
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const { return pending_ ? pending_->by : Instant::max(); }

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool is_asking() const { return state_ == State::Asking; }
  [[nodiscard]] std::optional<unsigned> nothing_from() const { return nothing_from_; }  // age; older slots are empty
  [[nodiscard]] std::size_t left() const { return queue_.size(); }
  [[nodiscard]] std::optional<Instant> asked_at() const { return asked_at_; }  // the last question

 private:
  // The totals stand in the queue behind the days, by an age that no day has.
  static constexpr unsigned kTotal = kHistoryDays;
  struct Pending {
    unsigned age = 0;
    Instant by;
  };
  void take_total(const RegisterAnswer& answer, Instant now);
  [[nodiscard]] std::optional<HistoryDay> take_day(const RegisterAnswer& answer, unsigned age);
  [[nodiscard]] bool follows(const HistoryDay& day) const;
  void done_with(unsigned age, Instant now);
  void lose(Instant now);
  void end(State state);

  State state_ = State::Idle;
  std::vector<unsigned> queue_;  // the front is asked next, or pending
  std::optional<Pending> pending_;
  std::optional<std::uint16_t> today_;  // the number that the charger's own today has
  std::optional<unsigned> nothing_from_;
  std::optional<HistoryTotal> total_;
  std::optional<Instant> asked_at_;
  Instant next_at_;
  unsigned tries_ = 0;  // of the front
  unsigned lost_ = 0;   // questions given up in this round, in a row
};

}  // namespace karkara::vedirect
