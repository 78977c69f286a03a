// A mast's truth for tests of the forecast: sky, dust, panel, charger, lead-acid battery and loads, minute by minute.
// Its sky (Ineichen and Perez with haze), its tilt and its battery are not the forecast's own models. Not a bench.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>

#include "agent/power/battery/battery_estimator.h"
#include "agent/power/battery/battery_state.h"
#include "agent/power/energy.h"
#include "agent/power/sun/energy_forecaster.h"
#include "agent/power/sun/solar_position.h"

namespace karkara {

struct SmallSiteSetup {
  double array = 200;       // watts at 1000 W/m2 on the panel
  double tilt = 15;         // degrees to the south
  double turbidity = 4.5;   // Linke's; the Sahel has 4 to 7
  double dust_per_day = 0;  // lost each day without rain
  double haze_deviation = 0.02;
  double panel_noise = 0.01;
  double capacity = 100;  // ampere-hours, true
  double start_charge = 0.9;
  double gauge_noise = 0.015;  // of the told state of charge, wandering over days
  std::function<double(int hour, int weekday, unsigned stage)> load = [](int, int, unsigned) { return 20.0; };
  double load_noise = 0.05;  // of a day
  std::uint64_t seed = 1;
};

class SmallSite {
 public:
  static constexpr double kOhms = 0.02;
  static constexpr double kCut = 11.4;
  static constexpr Place kNiamey{Degrees{13.5}, Degrees{2.1}};

  SmallSite(SmallSiteSetup setup, std::int64_t first_day) : setup_{std::move(setup)}, random_{setup_.seed} {
    wall_ = WallTime{std::chrono::days{first_day} - std::chrono::hours{1}};  // local midnight
    now_ = Instant{std::chrono::hours{1}};
    charge_ = setup_.start_charge;
  }

  void step(Duration length);  // and renews the sample
  [[nodiscard]] const EnergySample& sample() const { return sample_; }
  [[nodiscard]] BatteryState gauge() const;
  [[nodiscard]] WallTime wall() const { return wall_; }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] std::int64_t day() const { return local_day(wall_, std::chrono::hours{1}); }
  [[nodiscard]] int hour() const { return static_cast<int>(local_hour(wall_, std::chrono::hours{1}) - 24 * day()); }
  [[nodiscard]] bool is_cut() const { return cut_; }
  [[nodiscard]] double charge() const { return charge_; }
  [[nodiscard]] double could_have() const { return could_have_; }  // watt-hours of the panel since midnight
  [[nodiscard]] double harvest_of_yesterday() const { return yesterday_; }
  void set_clearness(double clearness) { clearness_ = clearness; }
  void set_haze(double part) { haze_ = part; }
  void wash() { clean_ = 1; }
  void set_stage(unsigned stage) { stage_ = stage; }
  [[nodiscard]] unsigned stage() const { return stage_; }
  void set_charge(double charge) { charge_ = charge; }

  std::function<void(SmallSite&)> at_midnight = [](SmallSite&) {};

  double random(double deviation) { return std::normal_distribution<double>{0, deviation}(random_); }
  double uniform() { return std::uniform_real_distribution<double>{0, 1}(random_); }

 private:
  [[nodiscard]] double panel_watts();
  void begin_day();
  void run_battery(double panel, double load, Duration length);

  SmallSiteSetup setup_;
  std::mt19937_64 random_;
  WallTime wall_;
  Instant now_;
  std::int64_t day_ = -1;
  double charge_ = 1;
  double gauge_off_ = 0;
  double clean_ = 1;
  double clearness_ = 1;
  double haze_ = 1;
  double today_haze_ = 1;
  double today_load_ = 1;
  double cloud_ = 1;
  double could_have_ = 0;
  double yesterday_ = 0;
  unsigned stage_ = 0;
  bool cut_ = false;
  EnergySample sample_;
};

// Midnight of that local day.
inline std::int64_t day_number(int year, unsigned month, unsigned day) {
  return std::chrono::sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)}
      .time_since_epoch()
      .count();
}

inline SunSettings niamey_settings() {
  return {SmallSite::kNiamey.latitude, SmallSite::kNiamey.longitude, std::chrono::hours{1}, std::nullopt};
}

inline BatterySettings small_battery(double capacity = 100) {
  return {Chemistry::LeadAcid, AmpHours{capacity}, Volts{12}, Volts{SmallSite::kCut}, std::nullopt, Amps{}};
}

// A forecaster that watches a site; hidden: the router does not know the time.
struct WatchedSite {
  explicit WatchedSite(const SmallSiteSetup& setup, std::int64_t first_day = day_number(2026, 2, 1))
      : site{setup, first_day} {}
  void run(int days) { run_until(site.day() + days, 0); }
  void run_until(std::int64_t day, int hour);
  void run_to(WallTime end);
  [[nodiscard]] BatteryState gauge() const { return estimator ? estimator->state(site.now()) : site.gauge(); }
  [[nodiscard]] EnergyForecast forecast() const { return forecaster.forecast(gauge(), site.stage(), site.wall()); }

  SmallSite site;
  std::optional<BatteryEstimator> estimator{};  // in place of the site's own gauge
  EnergyForecaster forecaster{niamey_settings(), small_battery()};
  Duration step = std::chrono::minutes{2};
  bool clock_known = true;
};

}  // namespace karkara
