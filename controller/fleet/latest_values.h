// The newest value of every series of one site, with the time that it was measured and how old it was on arrival.
// Refuses to let an older sample replace a newer one, and to believe a site whose clock is ahead: such a sample counts
// as measured when it arrived, else one wrong clock would freeze the value for years. Called by Fleet.
#pragma once

#include <map>

#include "controller/fleet/moment.h"
#include "controller/fleet/site_report.h"

namespace karkara {

struct LatestValue {
  Value value;
  WallTime measured;  // by the site's clock, never ahead of the controller's
  Instant received;
  Duration age_on_arrival{0};
  // Does not move when the controller's wall clock is set.
  [[nodiscard]] Duration age(Instant now) const { return age_on_arrival + (now - received); }
};

class LatestValues {
 public:
  // So that a broken or hostile site cannot grow without bound: further series of it are in the stored blocks only.
  static constexpr std::size_t kMostSeries = 1024;

  // False when the sample is older than what is held, or one too many.
  bool take(const SiteSample& sample, Moment now);
  [[nodiscard]] const std::map<SeriesKey, LatestValue>& all() const { return values_; }
  // nullptr: never had one.
  [[nodiscard]] const LatestValue* find(const SeriesKey& key) const;
  // The freshest number among all instances of a series; nullptr when none has a number.
  [[nodiscard]] const LatestValue* freshest_number(std::uint16_t series) const;

 private:
  std::map<SeriesKey, LatestValue> values_;
};

}  // namespace karkara
