// Villages whose panels gather dust under a sky with haze and rain, with the truth of each: for tests of the
// comparison. Its haze is uneven, its arrays have all sizes and tilts, its days are noisy and often hidden; it knows
// nothing of the comparison's own model.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "controller/fleet/sun/soiling_comparison.h"

namespace karkara {

struct DustySetup {
  std::size_t sites = 24;
  double width_km = 200;           // of the square that they stand in
  double dust_everywhere = 0.002;  // a day, each site within a third of it
  double haze_spells = 0.06;       // chance that one begins, a day
  double rains = 0.01;             // chance of one that washes all panels, a day
  double noise = 0.02;             // of a clear day's level
  double wild_days = 0.02;         // chance of one that is far too low
  double tilt = 0.03;              // of the seasons' swing between sites: 4 degrees either way
  std::uint64_t seed = 1;
};

class DustyFleet {
 public:
  static constexpr std::int64_t kFirstDay = 20'400;

  explicit DustyFleet(const DustySetup& setup) : setup_{setup}, random_{setup.seed}, truth_(setup.sites) {
    for (Site& site : truth_) {
      site.east = setup.width_km * uniform();
      site.north = setup.width_km * uniform();
      site.watts = 60 * std::exp(3 * uniform());
      site.seen = 0.55 + 0.4 * uniform();
      site.tilt = setup.tilt * (2 * uniform() - 1);
      site.pace = setup.dust_everywhere * (0.67 + 0.66 * uniform());
    }
    for (const Site& site : truth_) {
      ComparedSite told;
      told.place = Position{Degrees{13 + site.north / 111.2}, Degrees{2 + site.east / 108.2}};
      sites.push_back(told);
    }
  }

  std::vector<ComparedSite> sites;

  [[nodiscard]] std::int64_t today() const { return kFirstDay + day_; }
  [[nodiscard]] double dust(std::size_t site) const { return truth_[site].dust; }  // as a logarithm
  [[nodiscard]] double haze() const { return haze_; }                              // of the last day
  void soil(std::size_t site, double a_day) { truth_[site].extra = a_day; }
  void wash(std::size_t site) { truth_[site].dust = 0; }
  void wash_all() {
    for (Site& site : truth_) {
      site.dust = 0.01 * uniform();
    }
  }
  void begin_haze(int days, double depth) {
    spell_ = days;
    depth_ = depth;
  }
  void hide(std::size_t site, bool hidden) { truth_[site].hidden = hidden; }

  // What the site lost beyond the median of the others within reach.
  [[nodiscard]] double beyond(std::size_t site) const {
    std::vector<double> others;
    for (std::size_t i = 0; i < truth_.size(); ++i) {
      const double away = std::hypot(truth_[i].east - truth_[site].east, truth_[i].north - truth_[site].north);
      if (i != site && away < Neighbours::kReachKm) {
        others.push_back(truth_[i].dust);
      }
    }
    std::sort(others.begin(), others.end());
    return others.empty() ? 0 : 1 - std::exp(-std::max(0.0, truth_[site].dust - others[others.size() / 2]));
  }

  void live_a_day() {
    if (uniform() < setup_.rains) {
      wash_all();
    }
    if (spell_ == 0 && uniform() < setup_.haze_spells) {
      begin_haze(2 + static_cast<int>(7 * uniform()), 0.08 + 0.3 * uniform());
    }
    background_ = 0.7 * background_ + normal(0.01);
    haze_ = std::abs(background_) + (spell_ > 0 ? depth_ * (0.8 + 0.4 * uniform()) : 0);
    spell_ -= spell_ > 0 ? 1 : 0;
    const double turn = 2 * std::numbers::pi * uniform();
    ++day_;
    for (std::size_t i = 0; i < truth_.size(); ++i) {
      live_a_day(truth_[i], sites[i], turn);
    }
  }

 private:
  struct Site {
    double east = 0;
    double north = 0;
    double watts = 0;
    double seen = 0;  // part of the days with enough clear hours that the charger does not limit
    double tilt = 0;
    double pace = 0;
    double extra = 0;
    double dust = 0;
    bool hidden = false;
  };

  void live_a_day(Site& site, ComparedSite& told, double turn) {
    site.dust += site.pace + site.extra;
    const double slope = (site.east * std::cos(turn) + site.north * std::sin(turn)) / 500;
    const double haze = haze_ * std::max(0.0, 1 + slope - 0.2 + normal(0.08));
    const double season = site.tilt * std::sin(2 * std::numbers::pi * static_cast<double>(day_) / 365);
    const double wild = uniform() < setup_.wild_days ? 0.35 * uniform() : 0;
    const double level = std::log(site.watts) - site.dust - haze + season - wild + normal(setup_.noise);
    if (uniform() < site.seen && !site.hidden) {
      told.days.take(today() - 1, Watts{std::exp(level)}, today());
    }
  }
  double uniform() { return std::uniform_real_distribution<double>{0, 1}(random_); }
  double normal(double deviation) { return std::normal_distribution<double>{0, deviation}(random_); }

  DustySetup setup_;
  std::mt19937_64 random_;
  std::vector<Site> truth_;
  std::int64_t day_ = 0;
  double background_ = 0;
  double haze_ = 0;
  double depth_ = 0;
  int spell_ = 0;
};

}  // namespace karkara
