#include "common/series.h"

#include <algorithm>
#include <array>

namespace karkara {
namespace {

constexpr auto kSeries = std::to_array<SeriesInfo>({
#define KARKARA_SERIES(identifier, number, name, unit, scale, instance, help) \
  {SeriesId::identifier, name, unit, scale, instance, help},
// By id range, not by name.
// clang-format off
#include "common/series/agent.def"
#include "common/series/uplink.def"
#include "common/series/power.def"
#include "common/series/shaping.def"
#include "common/series/mesh.def"
// clang-format on
#undef KARKARA_SERIES
});

static_assert(std::is_sorted(kSeries.begin(), kSeries.end(),
                             [](const SeriesInfo& a, const SeriesInfo& b) { return a.id < b.id; }),
              "list the files above by their id ranges");

}  // namespace

std::span<const SeriesInfo> all_series() {
  return kSeries;
}

const SeriesInfo* find_series(SeriesId id) {
  const auto at = std::lower_bound(kSeries.begin(), kSeries.end(), id,
                                   [](const SeriesInfo& info, SeriesId wanted) { return info.id < wanted; });
  return at != kSeries.end() && at->id == id ? &*at : nullptr;
}

const SeriesInfo* find_series(std::string_view name) {
  const auto at =
      std::find_if(kSeries.begin(), kSeries.end(), [&](const SeriesInfo& info) { return info.name == name; });
  return at != kSeries.end() ? &*at : nullptr;
}

}  // namespace karkara
