// What the energy watch tells: its series, and the report for people.
#include <fmt/format.h>

#include <algorithm>

#include "agent/power/energy_watch.h"

namespace karkara {
namespace {

std::string basis_text(SocBasis basis) {
  switch (basis) {
    case SocBasis::Unknown: return "unknown";
    case SocBasis::Voltage: return "voltage";
    case SocBasis::Counted: return "counted";
    case SocBasis::Told: return "told";
  }
  return {};
}

std::string band_text(SocBand band) {
  switch (band) {
    case SocBand::Unknown: return "unknown";
    case SocBand::Empty: return "empty";
    case SocBand::Low: return "low";
    case SocBand::Middle: return "middle";
    case SocBand::High: return "high";
    case SocBand::Full: return "full";
  }
  return {};
}

std::string phase_text(ChargePhase phase) {
  switch (phase) {
    case ChargePhase::Unknown: return "not told";
    case ChargePhase::Off: return "off";
    case ChargePhase::Bulk: return "bulk";
    case ChargePhase::Absorption: return "absorption";
    case ChargePhase::Float: return "float";
    case ChargePhase::Equalise: return "equalise";
    case ChargePhase::Fault: return "fault";
  }
  return {};
}

BatteryReport battery_report(const BatteryState& state, const EnergySample& sample) {
  return {basis_text(state.basis),
          band_text(state.band),
          state.state_of_charge,
          state.error,
          state.capacity,
          state.health,
          state.ohms,
          sample.battery_voltage,
          state.resting_voltage,
          state.current,
          state.since_full};
}

template <class Unit>
std::string told(const std::optional<Unit>& value, std::string_view unit) {
  return value ? fmt::format("{:.1f} {}", value->value(), unit) : std::string{"not told"};
}

std::string basis_sentence(const BatteryState& state) {
  switch (state.basis) {
    case SocBasis::Unknown: return "Nothing is known of the battery yet: no source tells a voltage or a current.";
    case SocBasis::Voltage:
      return "Only a voltage is known: it tells bands, no percentage. A shunt or a charger's currents would.";
    case SocBasis::Counted:
      return "Charge is counted from the currents, and corrected at full charge, at rest and at the disconnect.";
    case SocBasis::Told: return "A battery monitor or BMS counts; its word is taken while physics agrees with it.";
  }
  return {};
}

}  // namespace

std::vector<Sample> EnergyWatch::samples(unsigned stage, const KnownTime& at) const {
  std::vector<Sample> samples;
  const auto tell = [&](SeriesId series, std::optional<double> value) {
    samples.push_back({series, "", value ? Value{*value} : Value{Absent::NotAvailable}});
  };
  const BatteryState state = estimator_.state(at.now);
  const auto ratio = [](const std::optional<Percent>& percent) {
    return percent ? std::optional{percent->value() / 100} : std::nullopt;
  };
  tell(SeriesId::BatteryCharge, ratio(state.state_of_charge));
  tell(SeriesId::BatteryChargeError, state.state_of_charge ? ratio(state.error) : std::nullopt);
  tell(SeriesId::BatteryHealth, ratio(state.health));
  if (forecaster_) {
    const EnergyForecast foretold = forecast(stage, at).value_or(EnergyForecast{});
    tell(SeriesId::NightSurvival, foretold.night ? std::optional{foretold.night->survival} : std::nullopt);
    tell(SeriesId::TimeToDisconnect, foretold.to_disconnect
                                         ? std::optional{std::chrono::duration<double>(*foretold.to_disconnect).count()}
                                         : std::nullopt);
    constexpr double kSecondsADay = 86'400;
    tell(SeriesId::DaysOfAutonomy,
         foretold.days_of_autonomy ? std::optional{*foretold.days_of_autonomy * kSecondsADay} : std::nullopt);
    tell(SeriesId::ArrayRatio, forecaster_->array().ratio);
    const auto clear = at.wall ? forecaster_->clear_level_yesterday(*at.wall) : std::nullopt;
    tell(SeriesId::ArrayClear, clear ? std::optional{clear->value()} : std::nullopt);
  }
  return samples;
}

EnergyReport EnergyWatch::report(unsigned stage, const KnownTime& at) const {
  EnergyReport report;
  const BatteryState state = estimator_.state(at.now);
  report.battery = battery_report(state, sample_);
  std::vector<std::string>& lines = report.explanation;
  lines.push_back(basis_sentence(state));
  lines.push_back(fmt::format("Sources say: battery {}, current {}, charge {}, load {}, panel {}, charger {}.",
                              told(sample_.battery_voltage, "V"), told(sample_.battery_current, "A"),
                              told(sample_.charge_current, "A"), told(sample_.load_current, "A"),
                              told(sample_.panel_power, "W"), phase_text(sample_.phase)));
  if (!forecaster_) {
    lines.emplace_back("Nothing is foretold: site.latitude and site.longitude are not configured.");
    return report;
  }
  const ArrayState array = forecaster_->array();
  report.forecast.clean_peak = array.clean_peak;
  report.forecast.array_ratio = array.ratio;
  report.forecast.loss_per_day = array.loss_per_day;
  report.forecast.wants_cleaning = array.wants_cleaning;
  if (!at.wall) {
    lines.emplace_back("Nothing is foretold: the router does not know the time yet.");
    return report;
  }
  const EnergyForecast foretold = forecaster_->forecast(state, stage, *at.wall);
  if (foretold.night) {
    const NightForecast& night = *foretold.night;
    report.forecast.night = NightReport{night.begins,      night.charging_again, night.available, night.needed,
                                        night.uncertainty, night.survival,       night.survives};
    lines.push_back(fmt::format(
        "Until the sun carries the load again {:.0f} Wh are needed, {:.0f} Wh are there, give or take {:.0f} Wh.",
        night.needed.value(), night.available.value(), night.uncertainty.value()));
  } else {
    lines.emplace_back("The night cannot be foretold yet: the state of charge or the load is not known.");
  }
  report.forecast.to_disconnect = foretold.to_disconnect;
  report.forecast.days_of_autonomy = foretold.days_of_autonomy;
  report.forecast.sun_today = foretold.sun_today;
  report.forecast.sun_tomorrow = foretold.sun_tomorrow;
  return report;
}

}  // namespace karkara
