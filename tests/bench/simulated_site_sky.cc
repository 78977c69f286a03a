#include "tests/bench/simulated_site_sky.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace karkara {
namespace {

using MonthRow = std::array<double, 12>;

// Of the air. See docs/power-simulation.md for the sources of all.
constexpr MonthRow kOpticalDepth{.32, .38, .52, .60, .52, .50, .38, .32, .32, .34, .26, .27};
constexpr MonthRow kWaterCm{1.3, 1.4, 1.7, 2.4, 3.3, 4.0, 4.5, 4.7, 4.5, 3.2, 1.8, 1.4};
constexpr MonthRow kHighest{32.5, 35.7, 39.1, 41.1, 40.6, 37.2, 34.0, 33.0, 34.4, 37.8, 36.2, 33.3};
constexpr MonthRow kLowest{16.2, 19.0, 22.9, 26.5, 27.7, 25.7, 24.1, 23.2, 23.6, 24.2, 19.5, 16.7};
constexpr double kHazeSpread = 0.45;
constexpr double kHazeMemory = 0.75;  // from day to day
constexpr MonthRow kOutbreaksPerDay{.07, .08, .10, .07, .04, .02, .0, .0, .0, .02, .04, .06};
constexpr double kThickest = 2.5;  // optical depth
constexpr double kSolisUpTo = 0.45;
// Dust scatters forward and absorbs little: for the global part it counts as this much of Solis' urban aerosol.
constexpr double kDustAsUrban = 0.15;
constexpr double kDustBeam = 1.82;  // beyond Solis, as an exponent

// Clear, scattered, overcast, squall.
using Mix = std::array<double, 4>;
constexpr std::array<Mix, 12> kMixes{{{.80, .16, .04, .00},
                                      {.78, .18, .04, .00},
                                      {.66, .27, .07, .00},
                                      {.50, .36, .10, .04},
                                      {.47, .36, .08, .09},
                                      {.33, .38, .11, .18},
                                      {.21, .38, .15, .26},
                                      {.17, .36, .16, .31},
                                      {.28, .40, .11, .21},
                                      {.60, .31, .05, .04},
                                      {.80, .17, .03, .00},
                                      {.80, .16, .04, .00}}};
constexpr double kSameAsYesterday = 0.35;
constexpr double kSquallChill = 7;  // degrees

// Of the panels.
constexpr double kDustPerDay = 0.007;
constexpr double kDustMost = 0.4;
constexpr double kCleanedEvery = 50;  // days, by a person
constexpr double kTilt = 15 * std::numbers::pi / 180;
constexpr double kAlbedo = 0.3;
constexpr double kPerKelvin = 0.004;
constexpr double kHeatPerWatt = 0.031;  // K m2/W
constexpr double kWiring = 0.95;        // wires, mismatch and years in the sun

constexpr double kRadians = std::numbers::pi / 180;
const double kSinLatitude = std::sin(kSiteLatitude.value() * kRadians);
const double kCosLatitude = std::cos(kSiteLatitude.value() * kRadians);
const double kSinTilted = std::sin(kSiteLatitude.value() * kRadians - kTilt);
const double kCosTilted = std::cos(kSiteLatitude.value() * kRadians - kTilt);

struct SunDay {
  double sine = 0, cosine = 0;  // of the declination
  double late = 0;              // hours by which the clock is ahead of the sun
};
// Spencer's series.
SunDay sun_of(std::size_t day) {
  const double g = 2 * std::numbers::pi * (static_cast<double>(day % 365) + 0.5) / 365;
  const double declination = 0.006918 - 0.399912 * std::cos(g) + 0.070257 * std::sin(g) - 0.006758 * std::cos(2 * g) +
                             0.000907 * std::sin(2 * g) - 0.002697 * std::cos(3 * g) + 0.00148 * std::sin(3 * g);
  const double minutes = 229.18 * (0.000075 + 0.001868 * std::cos(g) - 0.032077 * std::sin(g) -
                                   0.014615 * std::cos(2 * g) - 0.04089 * std::sin(2 * g));
  return {std::sin(declination), std::cos(declination), 1 - kSiteLongitude.value() / 15 - minutes / 60};
}

// Between the middles of the months.
double of_season(const MonthRow& row, std::size_t day) {
  const double at = static_cast<double>(day % 365) / 365 * 12 + 11.5;
  const auto before = static_cast<std::size_t>(at);
  const double part = at - std::floor(at);
  return row[before % 12] * (1 - part) + row[(before + 1) % 12] * part;
}

// Solis' enhanced irradiance outside of the air.
double solis_outside(double a, double water) {
  constexpr double kSolar = 1361;
  return kSolar *
         (0.12 * std::pow(water, 0.56) * a * a + 0.97 * std::pow(water, 0.032) * a + 1.08 * std::pow(water, 0.0051));
}

}  // namespace

struct SkyYear::Cover {
  double cover = 0.3;  // share of the sky
  double left = 0;     // hours that this cloud or gap lasts
  double through = 1;  // what the present cloud or gap lets through
  double grey = 0;     // of an overcast, in deviations
  double smooth = 1;   // what was let through
  double squall = 99;  // hour of the front
  bool dry = false;    // dust without rain
  DayKind kind = DayKind::Clear;
};

WallTime site_wall(std::size_t step) {
  return kSiteBegins + std::chrono::duration_cast<std::chrono::microseconds>(kSiteStep) * static_cast<int>(step);
}

int month_of_day(std::size_t day) {
  constexpr std::array<std::size_t, 12> kEnds{31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
  return static_cast<int>(std::upper_bound(kEnds.begin(), kEnds.end(), day % 365) - kEnds.begin());
}

Irradiance clear_sky(double sine, double optical_depth, double water) {
  if (sine <= 0.01) {
    return {};
  }
  const double a = std::min(optical_depth, kSolisUpTo);
  const double soft = std::min(kDustAsUrban * optical_depth, kSolisUpTo);
  const double w = std::log(water);
  const double beam_depth = (1.82 + 0.056 * w + 0.0071 * w * w) * a + 0.33 + 0.045 * w + 0.0096 * w * w;
  const double beam_bend = (0.00925 * a * a + 0.0148 * a - 0.0172) * w - 0.7565 * a * a + 0.5057 * a + 0.4557;
  const double depth = (1.24 + 0.047 * w + 0.0061 * w * w) * soft + 0.27 + 0.043 * w + 0.009 * w * w;
  const double bend = -0.0147 * w - 0.3079 * soft * soft + 0.2846 * soft + 0.3798;
  const double low = std::log(sine);
  const double beyond = kDustBeam * (optical_depth - a);
  const double global = solis_outside(soft, water) * sine * std::exp(-depth * std::exp(-bend * low));
  const double beam = solis_outside(a, water) * std::exp(-(beam_depth + beyond) * std::exp(-beam_bend * low));
  const double straight = std::min(beam, 0.97 * global / sine);
  return {global, straight, global - straight * sine};
}

SkyYear::SkyYear(std::size_t days, std::uint64_t seed) : random_{seed}, days_(days) {
  yield_.resize(days * kStepsPerDay);
  ambient_.resize(days * kStepsPerDay);
  for (std::size_t day = 0; day < days; ++day) {
    days_[day].kind = draw_kind(day);
    draw_haze(day);
    live(day);
  }
}

DayKind SkyYear::draw_kind(std::size_t day) {
  if (day > 0 && days_[day - 1].kind != DayKind::Squall && unit() < kSameAsYesterday) {
    return days_[day - 1].kind;
  }
  const Mix& mix = kMixes[static_cast<std::size_t>(month_of_day(day))];
  double left = unit();
  std::uint8_t kind = 0;
  while (kind < 3 && left >= mix[kind]) {
    left -= mix[kind++];
  }
  return static_cast<DayKind>(kind);
}

void SkyYear::draw_haze(std::size_t day) {
  haze_ = kHazeMemory * haze_ + std::sqrt(1 - kHazeMemory * kHazeMemory) * normal();
  if (outbreak_days_ > 0) {
    outbreak_days_ -= 1;
    outbreak_ *= 0.75;
  } else {
    outbreak_ = 0;
    if (unit() < of_season(kOutbreaksPerDay, day)) {
      outbreak_ = 0.5 + 1.5 * unit();
      outbreak_days_ = std::floor(1 + 4 * unit());
    }
  }
  const double usual = of_season(kOpticalDepth, day) * std::exp(kHazeSpread * haze_ - kHazeSpread * kHazeSpread / 2);
  days_[day].optical_depth = std::min(usual + outbreak_, kThickest);
}

void SkyYear::live(std::size_t day) {
  Cover cover;
  cover.kind = days_[day].kind;
  cover.cover = 0.1 + 0.5 * unit();
  cover.grey = normal();
  if (cover.kind == DayKind::Squall) {
    cover.squall = 1 + 22 * unit();
    cover.dry = month_of_day(day) < 6 && unit() < 0.25;
  }
  for (std::size_t i = 0; i < kStepsPerDay; ++i) {
    weather(day, day * kStepsPerDay + i, 24.0 * static_cast<double>(i) / kStepsPerDay, cover);
  }
}

void SkyYear::weather(std::size_t day, std::size_t step, double hour, Cover& cover) {
  SkyDay& today = days_[day];
  const double front = hour - cover.squall;
  const bool arrives = front >= 0 && front < 24.0 / kStepsPerDay;
  chill_ = arrives ? kSquallChill : chill_ * (1 - 1.0 / (6 * 120));
  if (arrives) {
    today.rain = !cover.dry;
    dust_ = cover.dry ? dust_ + 0.05 : 0.01 * unit();
  }
  const double swing = 0.5 + 0.5 * std::cos((hour - 15.5) * 15 * kRadians);
  const double low = of_season(kLowest, day);
  const double ambient = low + (of_season(kHighest, day) - low) * swing - chill_ + 1.2 * haze_ * (swing - 0.5);
  ambient_[step] = static_cast<float>(ambient);
  soil(day, hour);
  shine(day, step, hour, clouds(cover, hour));
}

void SkyYear::shine(std::size_t day, std::size_t step, double hour, double through) {
  SkyDay& today = days_[day];
  const SunDay sun = sun_of(day);
  const double turn = std::cos((hour - sun.late - 12) * 15 * kRadians);
  const double sine = kSinLatitude * sun.sine + kCosLatitude * sun.cosine * turn;
  if (sine <= 0) {
    return;
  }
  today.sunrise = today.sunrise == 0 ? step : today.sunrise;
  today.sunset = step + 1;
  Irradiance sky = clear_sky(sine, today.optical_depth, of_season(kWaterCm, day));
  sky.global *= through;
  sky.beam *= std::clamp((through - 0.25) / 0.75, 0.0, 1.0);
  sky.diffuse = std::max(sky.global - sky.beam * sine, 0.0);
  const double facing = kSinTilted * sun.sine + kCosTilted * sun.cosine * turn;
  const double plane = sky.beam * std::max(facing, 0.0) + sky.diffuse * (1 + std::cos(kTilt)) / 2 +
                       sky.global * kAlbedo * (1 - std::cos(kTilt)) / 2;
  const double hot = ambient(step).value() + kHeatPerWatt * plane - 25;
  yield_[step] = static_cast<float>(std::max(plane / 1000 * (1 - dust_) * (1 - kPerKelvin * hot) * kWiring, 0.0));
  today.global_kwh += sky.global / 1000 * 24 / kStepsPerDay;
}

void SkyYear::soil(std::size_t day, double hour) {
  SkyDay& today = days_[day];
  const double a_step = 1.0 / kStepsPerDay;
  const double more = today.optical_depth > 1 ? 2.0 : 1.0;
  dust_ = std::min(1 - (1 - dust_) * (1 - kDustPerDay * more * a_step), kDustMost);
  const bool noon = hour >= 12 && hour < 12 + 24 * a_step;
  if (!noon) {
    return;
  }
  today.dust_loss = dust_;
  if (unit() < 1 / kCleanedEvery) {
    today.cleaned = true;
    dust_ *= 0.15 * unit();
  } else if (today.kind == DayKind::Overcast && month_of_day(day) >= 4 && month_of_day(day) < 10 && unit() < 0.3) {
    today.rain = true;  // a light one leaves half
    dust_ *= 0.5;
  }
}

double SkyYear::clouds(Cover& cover, double hour) {
  constexpr double kStepHours = 24.0 / kStepsPerDay;
  double through = 1;
  switch (cover.kind) {
    case DayKind::Clear: through = 1; break;
    case DayKind::Overcast:
      cover.grey += -cover.grey * kStepHours + std::sqrt(2 * kStepHours) * normal();
      through = std::clamp(0.48 + 0.14 * cover.grey, 0.1, 0.85);
      break;
    case DayKind::Scattered:
    case DayKind::Squall: through = scattered(cover, hour); break;
  }
  const double front = hour - cover.squall;
  if (front > -0.5 && front < 1.5) {
    through = 0.12;
  } else if (front >= 1.5 && front < 6) {
    through = std::min(through, 0.25 + 0.07 * front);
  }
  cover.smooth += (through - cover.smooth) * 0.4;
  return cover.smooth;
}

double SkyYear::scattered(Cover& cover, double hour) {
  cover.left -= 24.0 / kStepsPerDay;
  if (cover.left <= 0) {
    const double grows = hour < 10 ? 0.6 : 1.15;  // fair-weather clouds build up by the afternoon
    const bool cloud = unit() < std::min(cover.cover * grows, 0.9);
    cover.through = cloud ? 0.35 + 0.45 * unit() : 1 + 0.06 * unit();  // edges reflect
    cover.left = -std::log(1 - unit()) * 0.1;
  }
  return cover.through;
}

}  // namespace karkara
