// What is believed of the site's energy, as a message: to_proto() of proto_conversion.h.
#include <cmath>
#include <optional>

#include "agent/io/frame_text.h"
#include "agent/io/proto_conversion.h"

namespace karkara {
namespace {

constexpr auto whole_seconds = [](Duration time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
};

std::optional<double> told(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}
template <class Tag>
std::optional<double> told(const std::optional<Quantity<Tag>>& value) {
  return value ? told(std::optional{value->value()}) : std::nullopt;
}

v1::BatteryBelief to_proto(const BatteryReport& report) {
  v1::BatteryBelief message;
  message.set_basis(frame_text(report.basis));
  message.set_band(frame_text(report.band));
  if (const auto percent = told(report.state_of_charge)) {
    message.set_charge_percent(*percent);
  }
  message.set_error_percent(report.error.value());
  message.set_capacity_ah(report.capacity.value());
  if (const auto percent = told(report.health)) {
    message.set_health_percent(*percent);
  }
  if (const auto ohms = told(report.ohms)) {
    message.set_ohms(*ohms);
  }
  if (const auto volts = told(report.voltage)) {
    message.set_volts(*volts);
  }
  if (const auto volts = told(report.resting_voltage)) {
    message.set_resting_volts(*volts);
  }
  if (const auto amperes = told(report.current)) {
    message.set_amperes(*amperes);
  }
  if (report.since_full) {
    message.set_since_full_seconds(whole_seconds(*report.since_full));
  }
  return message;
}

v1::NightForecast to_proto(const NightReport& night) {
  v1::NightForecast message;
  message.set_begins_us(night.begins.since_epoch().count());
  message.set_charging_again_us(night.charging_again.since_epoch().count());
  message.set_available_wh(night.available.value());
  message.set_needed_wh(night.needed.value());
  message.set_uncertainty_wh(night.uncertainty.value());
  message.set_survival(night.survival);
  message.set_survives(night.survives);
  return message;
}

void add_forecast(const ForecastReport& forecast, v1::Power& message) {
  if (forecast.night) {
    *message.mutable_night() = to_proto(*forecast.night);
  }
  if (forecast.to_disconnect) {
    message.set_to_disconnect_seconds(whole_seconds(*forecast.to_disconnect));
  }
  if (const auto days = told(forecast.days_of_autonomy)) {
    message.set_days_of_autonomy(*days);
  }
  if (const auto sun = told(forecast.sun_today)) {
    message.set_sun_today_wh(*sun);
  }
  if (const auto sun = told(forecast.sun_tomorrow)) {
    message.set_sun_tomorrow_wh(*sun);
  }
  if (const auto peak = told(forecast.clean_peak)) {
    message.set_clean_peak_watts(*peak);
  }
  if (const auto ratio = told(forecast.array_ratio)) {
    message.set_array_ratio(*ratio);
  }
  if (const auto loss = told(forecast.loss_per_day)) {
    message.set_loss_per_day(*loss);
  }
  message.set_wants_cleaning(forecast.wants_cleaning);
}

void add_shedding(const EnergyReport& energy, v1::Power& message) {
  message.set_stage(energy.stage);
  message.set_stage_reason(frame_text(energy.stage_reason));
  if (energy.stage_since) {
    message.set_stage_since_us(energy.stage_since->since_epoch().count());
  }
  for (const StageReport& report : energy.stages) {
    v1::ShedStage& stage = *message.add_stages();
    stage.set_id(frame_text(report.id));
    stage.set_active(report.active);
    for (const std::string& action : report.actions) {
      stage.add_actions(frame_text(action));
    }
  }
}

v1::RadioState to_proto(const RadioReport& report) {
  v1::RadioState state;
  state.set_id(frame_text(report.id));
  state.set_role(frame_text(report.role));
  state.set_device(frame_text(report.device));
  if (report.on) {
    state.set_on(*report.on);
  }
  if (report.power) {
    state.set_power_dbm(report.power->value());
  }
  state.set_wanted_on(report.wanted_on);
  if (report.most) {
    state.set_most_dbm(report.most->value());
  }
  state.set_reason(frame_text(report.reason));
  state.set_trouble(frame_text(report.trouble));
  if (report.announced) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*report.announced);
    state.set_announced_ms(static_cast<std::uint32_t>(left.count()));
  }
  return state;
}

}  // namespace

v1::PowerSourceStatus to_proto(const PowerSourceReport& source) {
  v1::PowerSourceStatus status;
  status.set_id(frame_text(source.id));
  status.set_kind(frame_text(source.kind));
  status.set_device(frame_text(source.device));
  status.set_state(frame_text(source.state));
  status.set_product(frame_text(source.product));
  for (const Sample& sample : source.values) {
    *status.add_values() = to_proto(sample);
  }
  for (const QuantityReport& quantity : source.quantities) {
    v1::QuantityValue& value = *status.add_quantities();
    value.set_name(frame_text(quantity.name));
    value.set_unit(frame_text(quantity.unit));
    if (const double* number = std::get_if<double>(&quantity.value); number != nullptr && std::isfinite(*number)) {
      value.set_value(*number);
    } else {
      const Absent* why = std::get_if<Absent>(&quantity.value);
      value.set_absent(std::string{to_string(why != nullptr ? *why : Absent::OutOfRange)});
    }
    value.set_word(frame_text(quantity.word));
  }
  return status;
}

v1::Power to_proto(const PowerReport& report) {
  v1::Power message;
  const EnergyReport& energy = report.energy;
  if (energy.battery) {
    *message.mutable_battery() = to_proto(*energy.battery);
  }
  add_forecast(energy.forecast, message);
  add_shedding(energy, message);
  for (const std::string& line : energy.explanation) {
    message.add_explanation(frame_text(line));
  }
  for (const PowerEvent& happened : energy.events) {
    v1::PowerEvent& event = *message.add_events();
    if (happened.at) {
      event.set_at_us(happened.at->since_epoch().count());
    }
    event.set_what(frame_text(happened.what));
    event.set_detail(frame_text(happened.detail));
  }
  for (const PowerSourceReport& source : report.sources) {
    *message.add_sources() = to_proto(source);
  }
  for (const RadioReport& radio : report.radios) {
    *message.add_radios() = to_proto(radio);
  }
  return message;
}

}  // namespace karkara
