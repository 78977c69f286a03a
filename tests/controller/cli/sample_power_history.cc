// What a charger's month looks like after an outage: yesterday seen, a day missed with an error, one without a date.
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

v1::ChargerDay& add_day(v1::ChargerHistory& charger, unsigned days_ago, const char* from, double yield, double peak) {
  v1::ChargerDay& day = *charger.add_days();
  day.set_days_ago(days_ago);
  day.set_from(from);
  day.set_yield_kwh(yield);
  day.set_panel_watts_most(peak);
  return day;
}

void add_battery(v1::ChargerDay& day, double most, double least) {
  day.set_battery_volts_most(most);
  day.set_battery_volts_least(least);
}

void add_phases(v1::ChargerDay& day, unsigned bulk, unsigned absorption, unsigned floating) {
  day.set_bulk_minutes(bulk);
  day.set_absorption_minutes(absorption);
  day.set_float_minutes(floating);
}

}  // namespace

v1::PowerHistory sample_power_history() {
  v1::PowerHistory history;
  v1::ChargerHistory& charger = *history.add_chargers();
  charger.set_id("charger");
  charger.set_product("SmartSolar MPPT 75/15, firmware 1.64");
  charger.set_state("no day is missing");
  v1::ChargerDay& today = add_day(charger, 0, "agent", 0.31, 188);
  add_battery(today, 14.12, 12.4);
  add_phases(today, 95, 0, 0);
  v1::ChargerDay& seen = add_day(charger, 1, "agent", 1.24, 241);
  seen.set_date("2026-11-17");
  add_battery(seen, 14.43, 12.31);
  add_phases(seen, 312, 74, 203);
  v1::ChargerDay& missed = add_day(charger, 2, "charger", 0.87, 230);
  missed.set_date("2026-11-16");
  add_battery(missed, 14.02, 11.48);
  add_phases(missed, 590, 0, 0);
  missed.set_load_kwh(0.42);
  missed.add_errors(33);
  missed.add_errors(2);
  add_day(charger, 3, "charger", 0, 0);
  v1::ChargerTotals& totals = *charger.mutable_totals();
  totals.set_yield_kwh(1352.7);
  totals.set_user_yield_kwh(48.03);
  totals.set_panel_volts_most(101.2);
  totals.set_battery_volts_most(14.62);
  totals.set_days_kept(31);
  totals.add_errors(33);
  return history;
}

}  // namespace karkara::cli
