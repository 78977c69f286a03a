// The pace of a few echoes in quick succession, which decide whether a suspect uplink is dead. Refuses to send.
#pragma once

#include <span>

#include "common/time.h"

namespace karkara {

// After an echo was not answered and nothing else is known: two pairs with a pause between, and one more when a bad
// spell of loss is likely over. A handover of a mobile cell blinds a link for up to 300 ms, and must not look like its
// death. Nobody waits meanwhile: traffic that is not answered starts the other burst.
inline constexpr Duration kDoubtfulPauses[] = {std::chrono::milliseconds{50}, std::chrono::milliseconds{350},
                                               std::chrono::milliseconds{50}, std::chrono::seconds{1}};
// After traffic was already unanswered for longer than such a gap.
inline constexpr Duration kConfirmingPauses[] = {std::chrono::milliseconds{50}, std::chrono::milliseconds{50}};

class Burst {
 public:
  // pauses: static storage; one echo more than there are pauses.
  void start(std::span<const Duration> pauses, Instant now) {
    pauses_ = pauses;
    left_ = echoes_ = pauses.size() + 1;
    next_ = now;
    confirming_ = pauses.data() == std::data(kConfirmingPauses);
  }
  void stop() { left_ = 0; }
  [[nodiscard]] bool over() const { return left_ == 0; }
  [[nodiscard]] bool due(Instant now) const { return left_ > 0 && next_ <= now; }
  [[nodiscard]] Instant next() const { return left_ > 0 ? next_ : Instant::max(); }
  [[nodiscard]] std::size_t echoes() const { return echoes_; }
  [[nodiscard]] bool confirming() const { return confirming_; }
  void sent(Instant now) {
    --left_;
    if (left_ > 0) {
      next_ = now + pauses_[pauses_.size() - left_];
    }
  }

 private:
  std::span<const Duration> pauses_;
  std::size_t left_ = 0;
  std::size_t echoes_ = 0;
  Instant next_{};
  bool confirming_ = false;
};

}  // namespace karkara
