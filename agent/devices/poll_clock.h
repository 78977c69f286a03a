// When one device is asked next, and when its silence counts. One question at a time; an answer that never comes must
// not stop the asking. Used by whoever polls a device.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "common/time.h"

namespace karkara {

// From where one who begins to ask at this time counts its questions. Whoever asked the same device before it, under
// another configuration, counted from an earlier moment and asked less than once a nanosecond: a late answer to that
// one is then not taken for an answer to this one.
inline std::uint64_t first_request(Instant now) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now.since_boot()).count());
}

class PollClock {
 public:
  // An answer is missed after three polls, and not before `least_silence`.
  PollClock(Duration pace, Duration least_silence) : pace_{pace}, least_silence_{least_silence} {}

  void set_pace(Duration pace, Instant now) {
    if (pace != pace_) {
      pace_ = pace;
      due_ = std::min(due_, now + pace);
      excused_until_ = now + patience();  // it was not asked so often before
    }
  }
  [[nodiscard]] Duration pace() const { return pace_; }
  [[nodiscard]] bool is_due(Instant now) const { return now >= next_deadline(); }
  [[nodiscard]] bool is_waiting() const { return give_up_ != Instant::max(); }
  void asked(Instant now, Duration deadline) {
    due_ = now + pace_;
    give_up_ = now + deadline + std::chrono::seconds{5};
  }
  // The same poll asks on.
  void asked_more(Instant now, Duration deadline) { give_up_ = now + deadline + std::chrono::seconds{5}; }
  void answered(Instant now, bool good) {
    give_up_ = Instant::max();
    due_ = std::max(due_, now + std::min(pace_, Duration{std::chrono::milliseconds{100}}));
    if (good) {
      last_good_ = now;
    }
  }
  void ask_at(Instant at) {
    due_ = at;
    excused_until_ = at + patience();
  }
  // Outside of its pace, but once in a pace only. False: it stays in its pace.
  bool ask_at_once(Instant now) {
    if (hurried_at_ && now - *hurried_at_ < pace_) {
      return false;
    }
    hurried_at_ = now;
    ask_at(now);
    return true;
  }

  [[nodiscard]] Instant silent_at() const { return std::max(last_good_ + patience(), excused_until_); }
  void start(Instant now) {
    last_good_ = now;
    due_ = now;
  }
  [[nodiscard]] Instant next_deadline() const { return is_waiting() ? give_up_ : due_; }

 private:
  [[nodiscard]] Duration patience() const { return std::max(pace_ * 3, least_silence_); }

  Duration pace_;
  Duration least_silence_;
  Instant due_;
  Instant excused_until_;
  Instant give_up_ = Instant::max();
  Instant last_good_;
  std::optional<Instant> hurried_at_;
};

}  // namespace karkara
