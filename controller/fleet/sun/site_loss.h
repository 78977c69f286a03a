// What one site lost beyond its neighbours, with how sure that is. Refuses less than three days of the last fourteen.
// Used by judge_site(). All losses are logarithms.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "controller/fleet/sun/common_loss.h"

namespace karkara {

struct ComparedDay {
  std::size_t age = 0;
  double loss = 0;    // beyond the neighbours'
  double theirs = 0;  // what the neighbours lost
  double sky = 0;     // the part of theirs that haze took
};

// Newest first.
[[nodiscard]] std::vector<ComparedDay> compared_days(const SunTrack& track, double lasting);
// Haze is not the same everywhere: without the days that had much of it.
[[nodiscard]] std::vector<ComparedDay> clearer_days(std::vector<ComparedDay> days);

struct SiteLoss {
  double loss = 0;  // now, 0 or more
  double deviation = 0;
  double theirs = 0;
  bool kept = false;  // it did not come and go
};

[[nodiscard]] std::optional<SiteLoss> site_loss(std::span<const ComparedDay> days, const SunTrack& track,
                                                std::size_t reference_age);

struct Beginning {
  std::size_t age = 0;
  bool at_once = false;  // most of it was there within days
};
// days: not empty.
[[nodiscard]] Beginning beginning_of(double loss, std::span<const ComparedDay> days);

}  // namespace karkara
