#include "controller/cli/render/energy_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

constexpr const char* kNoNumber = "-";

Cell not_foretold() {
  return {"not foretold", Tone::Dim};
}

Tone tone_of_band(const std::string& band) {
  if (band == "full" || band == "high") {
    return Tone::Good;
  }
  if (band == "empty") {
    return Tone::Bad;
  }
  return band == "middle" ? Tone::Plain : Tone::Warn;  // "low", "unknown" and a newer agent's
}

// What the charge rests on, in a few words; a word of a newer agent as it came.
std::string basis_text(const std::string& basis) {
  if (basis == "told") {
    return "told by the battery's monitor";
  }
  return basis == "voltage" ? "from the voltage only" : basis;
}

// Rounded up: an error bar that reads "0" would promise what nobody knows.
std::string error_text(double percent) {
  return std::isfinite(percent) && percent > 0 ? fmt::format("±{}", format_number(std::ceil(percent), 0, ""))
                                               : "(error not told)";
}

Cell voltage_cell(const v1::BatteryBelief& battery) {
  constexpr int kDecimals = 2;
  const std::string rest = battery.has_resting_volts() ? format_number(battery.resting_volts(), kDecimals, "V") : "";
  if (!battery.has_volts()) {
    return rest.empty() ? Cell{"not told by any source", Tone::Dim} : Cell{rest + " at rest"};
  }
  const std::string now = format_number(battery.volts(), kDecimals, "V");
  return {rest.empty() ? now : fmt::format("{}, {} at rest", now, rest)};
}

Cell current_cell(const v1::BatteryBelief& battery) {
  if (!battery.has_amperes()) {
    return {"not known", Tone::Dim};
  }
  const std::string text = format_number(std::abs(battery.amperes()), 1, "A");
  if (text == "0 A" || text == kNoNumber) {
    return {text};
  }
  return {text + (battery.amperes() > 0 ? " into the battery" : " out of the battery")};
}

Cell health_cell(const v1::BatteryBelief& battery) {
  return battery.has_health_percent() ? Cell{format_number(battery.health_percent(), 0, "%") + " of the rated capacity"}
                                      : Cell{"not learned yet", Tone::Dim};
}

std::string capacity_text(const v1::BatteryBelief& battery) {
  const std::string text = format_number(battery.capacity_ah(), 0, "Ah");
  return battery.has_health_percent() ? text + ", learned" : text + ", as configured";
}

std::string energy_text(double watt_hours) {
  constexpr double kKilo = 1000;
  constexpr double kRoundsUp = 999.5;  // "1 kWh", not "1000 Wh"
  return std::abs(watt_hours) < kRoundsUp ? format_number(watt_hours, 0, "Wh")
                                          : format_number(watt_hours / kKilo, 2, "kWh");
}

Cell energy_cell(std::optional<double> watt_hours) {
  return watt_hours ? Cell{energy_text(*watt_hours)} : not_foretold();
}

// Never "0 %" or "100 %": no forecast is certain.
std::string probability_text(double part) {
  constexpr double kLeast = 0.005;
  if (!std::isfinite(part) || part < 0 || part > 1) {
    return kNoNumber;
  }
  if (part < kLeast || part > 1 - kLeast) {
    return part < kLeast ? "<1 %" : ">99 %";
  }
  return format_number(part * 100, 0, "%");
}

Cell verdict_cell(const v1::NightForecast& night) {
  const std::string likely = probability_text(night.survival());
  return night.survives()
             ? Cell{fmt::format("the battery lasts through it ({} likely)", likely), Tone::Good}
             : Cell{fmt::format("the battery does NOT last through it ({} likely that it does)", likely), Tone::Bad};
}

std::string time_text(std::int64_t unix_us) {
  return format_time(unix_us / 1000);
}

// "40 minutes", "31 hours", "4.5 days".
std::string time_left_text(std::int64_t seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 3600;
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kInHours = 3 * kDay;  // below it people count in hours
  if (seconds < 2 * kHour) {
    return fmt::format("{} minutes", std::max<std::int64_t>(seconds, 0) / kMinute);
  }
  return seconds < kInHours ? fmt::format("{} hours", seconds / kHour)
                            : format_number(static_cast<double>(seconds) / static_cast<double>(kDay), 1, "days");
}

Cell disconnect_cell(const v1::Power& power) {
  constexpr std::int64_t kSoon = 86'400;
  if (power.has_to_disconnect_seconds()) {
    return {"in " + time_left_text(power.to_disconnect_seconds()),
            power.to_disconnect_seconds() < kSoon ? Tone::Bad : Tone::Warn};
  }
  // With a night foretold charge and load are known, so that none within the agent's horizon is what it found.
  return power.has_night() ? Cell{"none foreseen", Tone::Good} : not_foretold();
}

Cell ratio_cell(const v1::Power& power) {
  if (!power.has_array_ratio()) {
    return {"not known yet", Tone::Dim};
  }
  std::string text = format_number(power.array_ratio() * 100, 0, "%") + " of its best at clear noons";
  if (power.has_loss_per_day() && power.loss_per_day() > 0) {
    text += fmt::format(", losing {} a day", format_number(power.loss_per_day() * 100, 1, "%"));
  }
  return {std::move(text)};
}

Cell dust_cell(const v1::Power& power) {
  if (power.wants_cleaning()) {
    return {"wipe the panels", Tone::Warn};
  }
  return power.has_array_ratio() ? Cell{"nothing to do", Tone::Good} : Cell{"not known yet", Tone::Dim};
}

}  // namespace

Cell charge_cell(const v1::BatteryBelief& battery) {
  const std::string basis = basis_text(battery.basis());
  if (battery.has_charge_percent()) {
    const std::string percent = format_number(battery.charge_percent(), 0, "%");
    return {fmt::format("{} {}{}{}", percent, error_text(battery.error_percent()), basis.empty() ? "" : ", ", basis),
            tone_of_band(battery.band())};
  }
  if (battery.band().empty() || battery.band() == "unknown") {
    return {"unknown", Tone::Warn};
  }
  return {basis.empty() ? battery.band() : fmt::format("{} ({})", battery.band(), basis), tone_of_band(battery.band())};
}

Facts battery_facts(const v1::Power& power, BatteryDetail detail) {
  if (!power.has_battery()) {
    return {{"Battery", {"none is configured: nothing is believed of its charge, nothing is foretold", Tone::Warn}}};
  }
  const v1::BatteryBelief& battery = power.battery();
  Facts facts{{"Charge", charge_cell(battery)},
              {"Voltage", voltage_cell(battery)},
              {"Current", current_cell(battery)},
              {"Capacity", {capacity_text(battery)}},
              {"Health", health_cell(battery)}};
  if (detail == BatteryDetail::Whole) {
    constexpr double kMilli = 1000;
    facts.push_back({"Resistance", battery.has_ohms() ? Cell{format_number(battery.ohms() * kMilli, 1, "mΩ")}
                                                      : Cell{"not learned yet", Tone::Dim}});
    facts.push_back({"Last full", battery.has_since_full_seconds()
                                      ? Cell{format_span(battery.since_full_seconds()) + " ago"}
                                      : Cell{"not seen yet", Tone::Dim}});
  }
  return facts;
}

Facts night_facts(const v1::Power& power) {
  if (!power.has_night()) {
    return {{"Verdict", {"not foretold", Tone::Warn}}};
  }
  const v1::NightForecast& night = power.night();
  return {{"Verdict", verdict_cell(night)},
          {"Begins", {time_text(night.begins_us())}},
          {"Ends", {time_text(night.charging_again_us()) + ", when the sun carries the load again"}},
          {"Available", {energy_text(night.available_wh())}},
          {"Needed", {energy_text(night.needed_wh())}},
          {"Left over",
           {fmt::format("{} ±{}", energy_text(night.available_wh() - night.needed_wh()),
                        energy_text(night.uncertainty_wh()))}}};
}

Facts ahead_facts(const v1::Power& power) {
  return {{"Disconnect", disconnect_cell(power)},
          {"Autonomy", power.has_days_of_autonomy()
                           ? Cell{format_number(power.days_of_autonomy(), 1, "days") + " without any sun"}
                           : not_foretold()},
          {"Sun today", energy_cell(KARKARA_OPTIONAL(power, sun_today_wh))},
          {"Sun tomorrow", energy_cell(KARKARA_OPTIONAL(power, sun_tomorrow_wh))}};
}

Facts array_facts(const v1::Power& power) {
  return {{"Clean", power.has_clean_peak_watts()
                        ? Cell{format_number(power.clean_peak_watts(), 0, "W") + " at full sun (1000 W/m²)"}
                        : Cell{"not learned yet", Tone::Dim}},
          {"Now", ratio_cell(power)},
          {"Dust", dust_cell(power)}};
}

}  // namespace karkara::cli
