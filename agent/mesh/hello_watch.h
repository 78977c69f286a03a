// Whether the hellos of one neighbour come. The sender says itself how often it speaks: at the quick pace it is suspect
// after three that did not come and silent after four, so that silence is judged within a second while something is
// lent; at the idle one after two and three, within three and a half with what it takes to move traffic. Refuses to
// know what the hellos say.
#pragma once

#include <cstdint>
#include <optional>

#include "common/time.h"

namespace karkara {

enum class HelloSight : std::uint8_t { Heard, Suspect, Silent };

class HelloWatch {
 public:
  static constexpr Duration kQuickPace = std::chrono::milliseconds{200};
  static constexpr Duration kIdlePace = std::chrono::seconds{1};
  static constexpr Duration kQuickSuspect = std::chrono::milliseconds{650};
  static constexpr Duration kQuickSilent = std::chrono::milliseconds{850};
  static constexpr Duration kIdleSuspect = std::chrono::milliseconds{2300};
  static constexpr Duration kIdleSilent = std::chrono::milliseconds{3150};

  // quick: the next ones come at the quick pace.
  void heard(bool quick, Instant now);
  void forget() { *this = {}; }
  [[nodiscard]] HelloSight sight(Instant now) const;  // never heard: silent
  [[nodiscard]] std::optional<Instant> last() const { return last_; }
  [[nodiscard]] double loss() const { return loss_; }  // over the last fifty or so
  [[nodiscard]] Instant next_deadline(Instant now) const;

 private:
  std::optional<Instant> last_{};
  bool quick_ = false;
  double loss_ = 0;
};

}  // namespace karkara
