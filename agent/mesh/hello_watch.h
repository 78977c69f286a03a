// Whether the hellos of one neighbour come: heard, suspect after three that did not, silent after four. The sender says
// itself how often it speaks, so that silence is judged within a second while something is lent and within three and a
// half otherwise. Refuses to know what the hellos say.
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
  static constexpr Duration kIdleSilent = std::chrono::milliseconds{3300};

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
