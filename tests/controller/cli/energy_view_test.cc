// What people read of a site's power, as whole texts: tests/golden/cli.
#include "controller/cli/render/energy_view.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <limits>

#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/rendered.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

class EnergyView : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "WAT-1", 1);  // Niamey
    ::tzset();
  }
  void TearDown() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

std::vector<View> all_views(const v1::Power& power) {
  return {forecast_view(power), power_explanation(power), power_events_view(power), power_page(power)};
}

bool says(const View& view, const std::string& text) {
  return rendered(view).find(text) != std::string::npos;
}

// A battery of which a charger tells the voltage and nobody a current.
v1::Power voltage_only() {
  v1::Power power;
  v1::BatteryBelief& battery = *power.mutable_battery();
  battery.set_basis("voltage");
  battery.set_band("middle");
  battery.set_error_percent(100);
  battery.set_capacity_ah(200);
  battery.set_volts(12.42);
  power.add_explanation("Only a voltage is known: it tells bands, no percentage.");
  power.add_explanation("The night cannot be foretold yet: the state of charge or the load is not known.");
  return power;
}

// Just started: a battery is configured, and nothing answers.
v1::Power nothing_known() {
  v1::Power power;
  v1::BatteryBelief& battery = *power.mutable_battery();
  battery.set_basis("unknown");
  battery.set_band("unknown");
  battery.set_error_percent(100);
  battery.set_capacity_ah(200);
  power.add_explanation("Nothing is known of the battery yet: no source tells a voltage or a current.");
  power.add_explanation("Nothing is foretold: the router does not know the time yet.");
  v1::PowerSourceStatus& source = *power.add_sources();
  source.set_id("charger");
  source.set_kind("vedirect");
  source.set_state("waiting for /dev/ttyUSB0");
  return power;
}

TEST_F(EnergyView, ShowsWhatIsKnownInLocalTime) {
  const v1::Power power = sample_power();
  expect_golden("power_forecast", rendered(forecast_view(power)));
  expect_golden("power_forecast_json", rendered(forecast_view(power), Format::Json));
  expect_golden("power_explanation", rendered(power_explanation(power)));
  expect_golden("power_events", rendered(power_events_view(power)));
  expect_golden("power_events_json", rendered(power_events_view(power), Format::Json));
  expect_golden("power_events_jsonl", rendered(power_events_view(power), Format::JsonLines));
  expect_golden("power_events_yaml", rendered(power_events_view(power), Format::Yaml));
  expect_golden("local_power", rendered(power_page(power)));
  EXPECT_TRUE(says(forecast_view(power), "2026-11-18 17:38:00")) << "sunset is at 16:38 UTC";
}

TEST_F(EnergyView, TellsABandWhereOnlyAVoltageIsKnown) {
  expect_golden("power_forecast_voltage_only", rendered(forecast_view(voltage_only())));
  EXPECT_TRUE(says(power_explanation(voltage_only()), "middle (from the voltage only)"));
  EXPECT_FALSE(says(forecast_view(voltage_only()), "%")) << "no percentage of the charge";
}

TEST_F(EnergyView, SaysThatNothingIsKnownAndWhy) {
  expect_golden("power_forecast_nothing_known", rendered(forecast_view(nothing_known())));
  expect_golden("local_power_nothing_known", rendered(power_page(nothing_known())));
}

TEST_F(EnergyView, ForetellsNothingWithoutABattery) {
  v1::Power power;
  power.add_explanation("No battery is configured.");
  EXPECT_EQ(rendered(forecast_view(power)),
            "Battery\nBattery  none is configured: nothing is believed of its charge, nothing is foretold\n\n"
            "Shedding\nStage  nothing is shed: no ladder is configured\n\n"
            "What it rests on\n  No battery is configured.\n");
  EXPECT_TRUE(says(power_explanation(power), "No shedding ladder is configured"));
  EXPECT_EQ(rendered(power_events_view(power)), "No event of the site's power is recorded.\n");
}

TEST_F(EnergyView, WarnsOfANightThatIsNotSurvived) {
  v1::Power power = sample_power();
  power.mutable_night()->set_survives(false);
  power.mutable_night()->set_survival(0.0004);
  power.mutable_night()->set_available_wh(330);
  power.set_to_disconnect_seconds(5'400);
  const std::string text = rendered(forecast_view(power), Format::Table, {.colour = true});
  EXPECT_NE(text.find("\x1b[31mthe battery does NOT last through it (<1 % likely that it does)"), std::string::npos)
      << text;
  EXPECT_NE(text.find("-80 Wh ±180 Wh"), std::string::npos) << text;
  EXPECT_NE(text.find("in 90 minutes"), std::string::npos) << text;
}

TEST_F(EnergyView, NeverPromisesANightForCertain) {
  v1::Power power = sample_power();
  power.mutable_night()->set_survival(0.99999);
  EXPECT_TRUE(says(forecast_view(power), "(>99 % likely)"));
  power.mutable_battery()->set_error_percent(0.2);
  EXPECT_TRUE(says(forecast_view(power), "63 % ±1, counted"));
}

TEST_F(EnergyView, TellsNoDisconnectForeseenFromNotForetold) {
  v1::Power power = sample_power();
  power.clear_to_disconnect_seconds();
  EXPECT_TRUE(says(forecast_view(power), "Disconnect    none foreseen\n"));
  power.clear_night();
  EXPECT_TRUE(says(forecast_view(power), "Disconnect    not foretold\n"));
}

TEST_F(EnergyView, AdvisesToWipeOnlyWhenTheSiteAsksForIt) {
  v1::Power power = sample_power();
  EXPECT_TRUE(says(forecast_view(power), "Dust   wipe the panels\n"));
  power.set_wants_cleaning(false);
  EXPECT_TRUE(says(forecast_view(power), "Dust   nothing to do\n"));
  power.clear_array_ratio();
  EXPECT_TRUE(says(forecast_view(power), "Dust   not known yet\n"));
}

TEST_F(EnergyView, SaysThatEverythingIsOn) {
  v1::Power power = sample_power();
  power.set_stage(0);
  power.set_stage_reason("charge at 71 %, above the 60 % of stage 'evening'");
  EXPECT_TRUE(says(power_explanation(power), "Stage  everything is on\n"));
  power.set_stage(7);  // of a configuration that is not told
  EXPECT_TRUE(says(power_explanation(power), "Stage  7\n"));
}

TEST_F(EnergyView, FitsATerminalOf80Columns) {
  for (const View& view : all_views(sample_power())) {
    EXPECT_LE(widest_line(rendered(view, Format::Table, {.width = 80})), 80U);
  }
}

TEST_F(EnergyView, IsMadeOfAnAnswerThatASatelliteCanBear) {
  const std::size_t bytes = sample_power().ByteSizeLong();
  RecordProperty("bytes", static_cast<int>(bytes));
  EXPECT_LT(bytes, 1'500U);
}

TEST_F(EnergyView, KeepsWhatAHostileSiteSaysInItsPlace) {
  constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  const std::string evil = "\x1b[2J\x1b]0;title\x07 one\ntwo\x9b" + std::string(300, 'x');
  v1::Power power = sample_power();
  v1::BatteryBelief& battery = *power.mutable_battery();
  battery.set_basis(evil);
  battery.set_band(evil);
  battery.set_charge_percent(kNoNumber);
  battery.set_error_percent(-kNoNumber);
  battery.set_ohms(1e308);
  battery.set_amperes(-std::numeric_limits<double>::infinity());
  battery.set_since_full_seconds(kMin);
  v1::NightForecast& night = *power.mutable_night();
  night.set_begins_us(kMin);
  night.set_charging_again_us(std::numeric_limits<std::int64_t>::max());
  night.set_available_wh(1e308);
  night.set_needed_wh(-1e308);
  night.set_survival(17);
  power.set_to_disconnect_seconds(kMin);
  power.set_sun_today_wh(kNoNumber);
  power.set_loss_per_day(std::numeric_limits<double>::infinity());
  power.set_stage(std::numeric_limits<std::uint32_t>::max());
  power.set_stage_since_us(kMin);
  power.set_stage_reason(evil);
  power.mutable_stages(0)->set_id(evil);
  power.mutable_stages(0)->set_actions(1, evil);
  power.set_explanation(0, evil);
  power.mutable_events(0)->set_what(evil);
  power.mutable_events(0)->set_at_us(kMin);
  v1::PowerSourceStatus& source = *power.mutable_sources(0);
  source.set_product(evil);
  source.mutable_quantities(0)->set_name(evil);
  source.mutable_quantities(0)->set_word(evil);
  source.mutable_quantities(0)->set_value(kNoNumber);
  for (const View& view : all_views(power)) {
    for (const Format format : {Format::Table, Format::Wide, Format::Json, Format::JsonLines, Format::Yaml}) {
      const std::string text = rendered(view, format, {.width = 80});
      EXPECT_NE(text, "");
      EXPECT_EQ(text.find('\x1b'), std::string::npos);
      EXPECT_EQ(text.find('\x07'), std::string::npos);
      EXPECT_EQ(text.find("nan"), std::string::npos) << text;
    }
  }
}

v1::RadioState& add_radio(v1::Power& power, const char* id, bool on, bool wanted_on) {
  v1::RadioState& radio = *power.add_radios();
  radio.set_id(id);
  radio.set_role("access point");
  radio.set_device("phy0: wlan0");
  radio.set_on(on);
  radio.set_wanted_on(wanted_on);
  return radio;
}

TEST_F(EnergyView, RadiosTellWhyTheyAreQuieterOrOff) {
  v1::Power power = nothing_known();
  EXPECT_FALSE(says(power_explanation(power), "RADIO")) << "a site without radios is not told of them";
  v1::RadioState& clinic = add_radio(power, "clinic", true, true);
  clinic.set_power_dbm(10);
  clinic.set_most_dbm(10);
  clinic.set_reason("stage 'evening'");
  add_radio(power, "square", false, false).set_reason("stage 'night', on only 06:00-21:00");
  v1::RadioState& hall = add_radio(power, "hall", true, false);
  hall.set_announced_ms(4'200);
  hall.set_trouble("wlan2: hostapd refuses, its state is DFS (3 times)");
  power.add_radios()->set_id("mast");
  for (const View& view : {power_explanation(power), power_page(power)}) {
    EXPECT_TRUE(says(view, "10 dBm (at most 10)"));
    EXPECT_TRUE(says(view, "stage 'evening'"));
    EXPECT_TRUE(says(view, "on only 06:00-21:00"));
    EXPECT_TRUE(says(view, "off in 5 s"));
    EXPECT_TRUE(says(view, "hostapd refuses"));
    EXPECT_TRUE(says(view, "not there"));
  }
}

}  // namespace
}  // namespace karkara::cli
