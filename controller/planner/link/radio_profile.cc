#include "controller/planner/link/radio_profile.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "controller/planner/link/link_budget.h"

namespace karkara::planner {
namespace {

double parabola(double off, double width, double most) {
  const double part = off / width;
  return std::min(12 * part * part, most);
}

Error refused(const RadioProfile& profile, const std::string& why) {
  return {ErrorCode::InvalidArgument, profile.id + ": " + why};
}

}  // namespace

Db pattern_loss(const Antenna& antenna, Degrees azimuth, Degrees elevation) {
  double least = antenna.horizontal_floor.value();
  const int sectors = std::max(antenna.sectors, 1);
  for (int i = 0; i < sectors && antenna.horizontal_width.value() < 360; ++i) {
    const double off = std::remainder(azimuth.value() - antenna.azimuth.value() - i * 360.0 / sectors, 360.0);
    least = std::min(least, parabola(off, antenna.horizontal_width.value(), antenna.horizontal_floor.value()));
  }
  const double around = antenna.horizontal_width.value() < 360 ? least : 0;
  const double up = parabola(elevation.value() + antenna.tilt.value(), antenna.vertical_width.value(),
                             antenna.vertical_floor.value());
  return Db{std::min(around + up, std::max(antenna.horizontal_floor, antenna.vertical_floor).value())};
}

double HopClimate::rain_at(Degrees latitude) const {
  if (rain_by_latitude.empty()) {
    return rain_mm_per_hour;
  }
  const auto above = std::find_if(rain_by_latitude.begin(), rain_by_latitude.end(),
                                  [&](const RainAt& row) { return row.latitude >= latitude; });
  if (above == rain_by_latitude.begin() || above == rain_by_latitude.end()) {
    return above == rain_by_latitude.end() ? rain_by_latitude.back().mm_per_hour : above->mm_per_hour;
  }
  const RainAt& below = *(above - 1);
  const double part = (latitude - below.latitude) / (above->latitude - below.latitude);
  return below.mm_per_hour + (above->mm_per_hour - below.mm_per_hour) * part;
}

std::pair<double, double> HopClimate::rain_range() const {
  std::pair range{rain_at(Degrees{0}), rain_at(Degrees{0})};
  for (const RainAt& row : rain_by_latitude) {
    range = {std::min(range.first, row.mm_per_hour), std::max(range.second, row.mm_per_hour)};
  }
  return range;
}

Status check(const RadioProfile& profile) {
  if (profile.rates.empty()) {
    return refused(profile, "rates: at least one step is needed");
  }
  for (std::size_t i = 1; i < profile.rates.size(); ++i) {
    if (profile.rates[i].snr <= profile.rates[i - 1].snr ||
        profile.rates[i].bits_per_hz <= profile.rates[i - 1].bits_per_hz) {
      return refused(profile, "rates: steps must rise in signal and in rate");
    }
  }
  const Dbm sent = eirp(profile);
  if (sent > profile.eirp_limit) {
    char text[120];
    std::snprintf(text, sizeof text, "eirp_limit: sends %.1f dBm, over its limit of %.1f dBm", sent.value(),
                  profile.eirp_limit.value());
    return refused(profile, text);
  }
  if (profile.use == RadioUse::Access && profile.model == LossModel::P1812) {
    if (!(profile.time.value() >= 1 && profile.time.value() <= 50)) {
      return refused(profile, "time: ITU-R P.1812 knows 1 to 50 % of the year");
    }
    if (!(profile.frequency.value() >= 30 && profile.frequency.value() <= 6'000)) {
      return refused(profile, "frequency: ITU-R P.1812 holds from 30 MHz to 6 GHz");
    }
  }
  const auto budget = make_budget(profile);
  return budget ? Status{} : Status{budget.error()};
}

}  // namespace karkara::planner
