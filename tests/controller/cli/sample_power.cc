// What a village tells of its power: a battery that is counted, dust on the panels, the public's traffic off.
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kSunsetUs = 1'795'019'880 * kSecondUs;   // 2026-11-18T16:38:00Z
constexpr std::int64_t kMorningUs = 1'795'071'000 * kSecondUs;  // 2026-11-19T06:50:00Z
constexpr std::int64_t kStageUs = 1'794'943'800 * kSecondUs;    // 2026-11-17T19:30:00Z

void add_battery(v1::Power& power) {
  v1::BatteryBelief& battery = *power.mutable_battery();
  battery.set_basis("counted");
  battery.set_band("middle");
  battery.set_charge_percent(63.4);
  battery.set_error_percent(7.6);
  battery.set_capacity_ah(180);
  battery.set_health_percent(90);
  battery.set_ohms(0.0182);
  battery.set_volts(25.31);
  battery.set_resting_volts(24.98);
  battery.set_amperes(3.24);
  battery.set_since_full_seconds(2 * 86'400);
}

void add_forecast(v1::Power& power) {
  v1::NightForecast& night = *power.mutable_night();
  night.set_begins_us(kSunsetUs);
  night.set_charging_again_us(kMorningUs);
  night.set_available_wh(1'620);
  night.set_needed_wh(410);
  night.set_uncertainty_wh(180);
  night.set_survival(0.97);
  night.set_survives(true);
  power.set_to_disconnect_seconds(31 * 3'600 + 900);
  power.set_days_of_autonomy(1.84);
  power.set_sun_today_wh(940);
  power.set_sun_tomorrow_wh(1'238);
  power.set_clean_peak_watts(312.4);
  power.set_array_ratio(0.858);
  power.set_loss_per_day(0.0068);
  power.set_wants_cleaning(true);
}

void add_stage(v1::Power& power, const char* id, bool active, std::initializer_list<const char*> actions) {
  v1::ShedStage& stage = *power.add_stages();
  stage.set_id(id);
  stage.set_active(active);
  for (const char* action : actions) {
    stage.add_actions(action);
  }
}

v1::PowerEvent& add_event(v1::Power& power, const char* what, const char* detail) {
  v1::PowerEvent& event = *power.add_events();
  event.set_what(what);
  event.set_detail(detail);
  return event;
}

}  // namespace

v1::Power sample_power() {
  v1::Power power;
  add_battery(power);
  add_forecast(power);
  power.set_stage(1);
  power.set_stage_reason("charge at 38 %, below the 40 % of stage 'evening'");
  power.set_stage_since_us(kStageUs);
  add_stage(power, "evening", true, {"class 'public' off from 22:00 to 05:00", "relay 'camera' off"});
  add_stage(power, "short", false, {"class 'school' at 50 %"});
  add_stage(power, "last", false, {"uplink 'vsat' on for 10 of every 60 minutes"});
  power.add_explanation("Charge is counted from the currents, and corrected at full charge and at rest.");
  power.add_explanation(
      "Sources say: battery 25.3 V, current 3.2 A, charge 5.1 A, load 1.9 A, panel 134.0 W, charger bulk.");
  add_event(power, "stage", "evening: charge at 38 %").set_at_us(kStageUs);
  add_event(power, "full", "after 6 h of absorption").set_at_us(kStageUs - 93'600 * kSecondUs);
  add_event(power, "cleaned", "the array gives 99 % of its best again").set_at_us(kStageUs - 1'728'000 * kSecondUs);
  add_event(power, "disconnect", "the router was off for an unknown time");
  *power.mutable_sources() = sample_status().power();
  return power;
}

}  // namespace karkara::cli
