// How far the state of charge of a BMS or a shunt can be trusted: it drifts since it last came to 100 % at a full
// charge, and is doubted while it contradicts what is known otherwise. Refuses to correct it. Called by
// BatteryEstimator.
#pragma once

#include <optional>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct Trusted {
  Percent charge{};
  Percent error{};  // half-width, 19 of 20
};

class ToldCharge {
 public:
  // own, error: the estimate without it, and its half-width. counted: charge that went in or out meanwhile, in percent.
  void see(Percent told, Percent own, Percent error, Percent counted, Instant now);
  void see_full(Instant now);
  [[nodiscard]] std::optional<Trusted> trusted(Instant now) const;
  [[nodiscard]] bool doubted() const { return doubted_; }

 private:
  [[nodiscard]] Percent error(Instant now) const;

  std::optional<Percent> told_;
  Instant told_at_;
  Instant first_at_;
  std::optional<Instant> agreed_at_;  // last at a full charge
  bool doubted_ = false;
  std::optional<Instant> contradicts_since_;
  Percent stood_{};    // the number that was told when it moved last ...
  Percent unmoved_{};  // ... and what was counted since
};

}  // namespace karkara
