// What the comparison of the sites of a region says of one site's panels, as a plain value. Refuses to know how it was
// found. Made by compare_sites(), kept in the SiteView, shown by the NOC and in the metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/units.h"

namespace karkara {

enum class SoilingVerdict : std::uint8_t {
  NoData,            // too few clear days, or none lately
  Fine,              //
  CleanPanels,       // this site lost much more than its neighbours
  Haze,              // the sky takes it, from all of them
  DustEverywhere,    // all of them sank over weeks
  TooFewNeighbours,  // nothing can be told beyond the agent's own word
};
[[nodiscard]] constexpr std::string_view to_string(SoilingVerdict verdict) {
  switch (verdict) {
    case SoilingVerdict::NoData: return "no data";
    case SoilingVerdict::Fine: return "fine";
    case SoilingVerdict::CleanPanels: return "clean panels";
    case SoilingVerdict::Haze: return "haze";
    case SoilingVerdict::DustEverywhere: return "dust everywhere";
    case SoilingVerdict::TooFewNeighbours: return "too few neighbours";
  }
  return "no data";
}

// Ratios are parts of what clean panels under a clear sky give.
struct SoilingFinding {
  SoilingVerdict verdict = SoilingVerdict::NoData;
  std::optional<double> loss{};             // beyond what the neighbours lost on the same days
  double error = 0;                         // the truth is this near to loss 9 times in 10
  std::optional<std::int64_t> since{};      // the day, since 1970, when the loss began
  bool fell_at_once = false;                // within days: shade, a broken panel or a storm rather than settling dust
  std::optional<double> haze{};             // what the sky took from all on the newest day, at least
  std::optional<double> neighbours_loss{};  // their median, on the days that `loss` is of
  std::optional<double> region_loss{};      // of all, at most: by dust or a haze that lasts
  std::uint32_t neighbours = 0;
  std::optional<WattHours> lost_a_day{};
  std::optional<std::int64_t> newest_day{};  // that the site told of
  friend bool operator==(const SoilingFinding&, const SoilingFinding&) = default;
};

}  // namespace karkara
