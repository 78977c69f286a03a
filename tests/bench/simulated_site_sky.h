// A Sahelian year of sun at 13.2 N, drawn once from a seed at steps of 30 s: clear sky, clouds, haze, squalls, the dust
// on the panels and what washes it off, and the heat. Refuses to know batteries and loads. Called by the simulated
// site; its constants and their sources are in docs/power-simulation.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

inline constexpr Duration kSiteStep = std::chrono::seconds{30};
inline constexpr std::size_t kStepsPerDay = 2880;
inline constexpr WallTime kSiteBegins{std::chrono::seconds{1735686000}};  // 2025-01-01 00:00 at UTC+1
inline constexpr Duration kSiteUtcOffset = std::chrono::hours{1};
inline constexpr Degrees kSiteLatitude{13.2};
inline constexpr Degrees kSiteLongitude{2.1};

[[nodiscard]] WallTime site_wall(std::size_t step);
[[nodiscard]] int month_of_day(std::size_t day);  // 0 is January

// One irradiance in its parts, in W/m2.
struct Irradiance {
  double global = 0;   // on the horizontal
  double beam = 0;     // on a plane that faces the sun
  double diffuse = 0;  // on the horizontal
};
// Simplified Solis, for a sky without clouds. water: precipitable, in cm. sine: of the sun's elevation.
[[nodiscard]] Irradiance clear_sky(double sine, double optical_depth, double water);

enum class DayKind : std::uint8_t { Clear, Scattered, Overcast, Squall };

struct SkyDay {
  DayKind kind = DayKind::Clear;
  double optical_depth = 0;  // of aerosols at 700 nm
  double global_kwh = 0;     // kWh/m2 on the horizontal
  double dust_loss = 0;      // at noon, of the panel's power
  bool rain = false;
  bool cleaned = false;    // by a person
  std::size_t sunset = 0;  // a step
  std::size_t sunrise = 0;
};

class SkyYear {
 public:
  SkyYear(std::size_t days, std::uint64_t seed);

  [[nodiscard]] std::size_t steps() const { return yield_.size(); }
  [[nodiscard]] const std::vector<SkyDay>& days() const { return days_; }
  // The panels' power over their rated one, before the charger.
  [[nodiscard]] double yield(std::size_t step) const { return static_cast<double>(yield_[step]); }
  [[nodiscard]] Celsius ambient(std::size_t step) const { return Celsius{static_cast<double>(ambient_[step])}; }

 private:
  struct Cover;  // how a day's clouds go on
  double unit() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }
  double normal() { return normal_(random_); }
  DayKind draw_kind(std::size_t day);
  void draw_haze(std::size_t day);
  void live(std::size_t day);
  void weather(std::size_t day, std::size_t step, double hour, Cover& cover);
  void shine(std::size_t day, std::size_t step, double hour, double through);
  void soil(std::size_t day, double hour);
  double clouds(Cover& cover, double hour);
  double scattered(Cover& cover, double hour);

  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::vector<SkyDay> days_;
  std::vector<float> yield_;
  std::vector<float> ambient_;
  double haze_ = 0;  // logarithm against the month's mean, in deviations
  double outbreak_ = 0;
  double outbreak_days_ = 0;
  double dust_ = 0.03;
  double chill_ = 0;  // behind a squall, in degrees
};

}  // namespace karkara
