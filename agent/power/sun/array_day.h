// One day of the array in slots of ten minutes: what it could have given, as ratios to the clear sky. Refuses to take a
// limited charger's power for the panel's, and moving clouds for a clear sky. Kept by the forecaster, a new one a day.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "common/units.h"

namespace karkara {

struct ArrayMoment {
  unsigned minute = 0;  // of the local day
  Watts power{};
  bool limited = false;  // the charger took less than there was
  double share = 0;      // of the clear sky's model
  double sine = 0;       // of the sun's elevation
};

// How much of a clear day's energy there was, over the part of the day that was watched.
struct Clearness {
  double index = 0;    // 1 is a clear day
  double watched = 0;  // in hours of full sun
};

class ArrayDay {
 public:
  void see(const ArrayMoment& moment);

  // Watts at 1000 W/m2 in the cloudless moments of the day, when there were enough of them. What lies far below
  // `expected` was no clear sky.
  [[nodiscard]] std::optional<Watts> clear_level(std::optional<Watts> expected) const;
  // The best that was seen, cloudless or not, limited or not: at least that much is there.
  [[nodiscard]] std::optional<Watts> best_seen() const;
  // usual: what limited slots are taken for at least.
  [[nodiscard]] std::optional<Clearness> clearness(Watts level, double usual) const;

 private:
  static constexpr unsigned kSlotMinutes = 10;
  static constexpr std::size_t kSlots = 24 * 60 / kSlotMinutes;
  struct Slot {
    float ratios = 0;   // sum of watts at full sun
    float squares = 0;  // of the ratios, and their sum
    float shares = 0;
    float least_sine = 1;
    std::uint16_t seen = 0;
    std::uint16_t limited = 0;
    [[nodiscard]] double mean() const { return ratios / static_cast<float>(seen); }
    [[nodiscard]] double share() const { return shares / static_cast<float>(seen); }
    [[nodiscard]] bool is_smooth() const;
  };
  std::array<Slot, kSlots> slots_{};
};

}  // namespace karkara
