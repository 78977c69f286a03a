// How good an uplink is that is up: the part of its echoes that is lost, over minutes, with hysteresis. Pure.
// Refuses to say whether it is up: agent/uplink/health does, and forgets this with each fall.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/time.h"

namespace karkara {

// The numbers are kept in records of decisions; a smaller one is better.
enum class Quality : std::uint8_t {
  Good = 0,  // or nothing is known against it
  Fair = 1,  // calls suffer
  Poor = 2,  // so much is lost that another uplink is worth a move
};
[[nodiscard]] std::string_view to_string(Quality quality);  // "poor"

// Echoes are not evenly spread, and several may meet one spell of loss: so time is what is weighed,
// in spans of ten seconds, each by the part that was lost in it.
class LinkQuality {
 public:
  void see(bool lost, Instant at);
  // A loss that was seen as one by its time-out and answered later all the same.
  void see_late_answer(Instant at);
  void forget() { *this = {}; }

  [[nodiscard]] Quality grade(Instant now) const;
  // Over the spans that count; nothing while there are too few to judge by.
  [[nodiscard]] std::optional<double> loss(Instant now) const;

 private:
  struct Span {
    Instant begin{};
    std::uint16_t settled = 0;
    std::uint16_t lost = 0;
  };
  static constexpr std::size_t kSpans = 60;
  [[nodiscard]] Span* span_at(Instant at);
  void judge(Instant at);

  std::array<Span, kSpans> spans_{};  // a ring
  std::size_t newest_ = 0;
  std::size_t used_ = 0;
  Quality grade_ = Quality::Good;
};

}  // namespace karkara
