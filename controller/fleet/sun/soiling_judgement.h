// The judgement of one site from its own clear days and what its neighbours lost on the same days. Refuses to look at
// the neighbours one by one: compare_sites() has made one number of them for each day. All losses are logarithms.
#pragma once

#include <array>
#include <cstdint>

#include "controller/fleet/sun/soiling_finding.h"

namespace karkara {

// Before a best of them means anything.
inline constexpr std::size_t kFewestKnownDays = 8;

// By age: 0 is yesterday. NaN is no value.
struct SunTrack {
  static constexpr std::size_t kDays = 64;
  static constexpr std::size_t kLately = 14;
  std::array<float, kDays> own{};            // below the site's clean level, at most 0 but for noise
  std::array<float, kDays> common{};         // the neighbours' weighted median of the same
  std::array<float, kDays> spread{};         // of the neighbours around it, one standard deviation; of kLately days
  std::array<std::uint8_t, kDays> voices{};  // neighbours that told something of the day
};

struct SunFacts {
  std::size_t known_days = 0;
  std::size_t reference_age = 0;  // in days, of the site's clean level
  Watts clean{};
  bool was_dirty = false;
  std::int64_t yesterday = 0;  // days since 1970
};

[[nodiscard]] SoilingFinding judge_site(const SunTrack& track, const SunFacts& facts);

}  // namespace karkara
