#include "controller/fleet/latest_values.h"

#include <algorithm>

namespace karkara {

bool LatestValues::take(const SiteSample& sample, Moment now) {
  const WallTime measured = std::min(sample.measured, now.wall);
  const auto at = values_.find(sample.key);
  if (at == values_.end() ? values_.size() >= kMostSeries : measured < at->second.measured) {
    return false;
  }
  values_.insert_or_assign(sample.key, LatestValue{sample.value, measured, now.at, now.wall - measured});
  return true;
}

const LatestValue* LatestValues::find(const SeriesKey& key) const {
  const auto at = values_.find(key);
  return at == values_.end() ? nullptr : &at->second;
}

const LatestValue* LatestValues::freshest_number(std::uint16_t series) const {
  const LatestValue* freshest = nullptr;
  for (auto at = values_.lower_bound({series, ""}); at != values_.end() && at->first.series == series; ++at) {
    if (has_value(at->second.value) && (freshest == nullptr || at->second.measured > freshest->measured)) {
      freshest = &at->second;
    }
  }
  return freshest;
}

}  // namespace karkara
