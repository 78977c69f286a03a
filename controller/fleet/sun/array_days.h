// What one site's solar array gave on its clear days: a level in watts at 1000 W/m2 for each of the last 128 days.
// Refuses what no mast gives, days that are not over yet and days too long ago: a site's clock or word may be wrong.
// Kept by Fleet in each SiteView, and stored with it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

// Days since 1970 by the sun at that longitude; without one as in Niger's zone.
[[nodiscard]] std::int64_t solar_day(WallTime at, std::optional<Degrees> longitude);

// Of that day, by the sun.
[[nodiscard]] unsigned solar_minute(WallTime at, std::optional<Degrees> longitude);

// The day that a site speaks of when it tells at `measured` what the day before was. Nothing near midnight, when the
// site's own zone may have had another day.
[[nodiscard]] std::optional<std::int64_t> day_before(WallTime measured, std::optional<Degrees> longitude);

class ArrayDays {
 public:
  static constexpr std::size_t kDays = 128;
  static constexpr std::int64_t kNoDay = -1;

  // True when it says something new. today: the day that is not over yet.
  bool take(std::int64_t day, Watts level, std::int64_t today);
  void restore(std::int64_t newest, const std::vector<std::uint32_t>& tenth_watts);

  [[nodiscard]] std::int64_t newest() const { return newest_; }
  [[nodiscard]] std::optional<Watts> level(std::int64_t day) const;
  // Of newest(), the day before it and so on; 0 is none.
  [[nodiscard]] const std::vector<std::uint32_t>& tenth_watts() const { return tenth_watts_; }
  friend bool operator==(const ArrayDays&, const ArrayDays&) = default;

 private:
  void forget_from(std::int64_t day);

  std::int64_t newest_ = kNoDay;
  std::vector<std::uint32_t> tenth_watts_;
};

}  // namespace karkara
