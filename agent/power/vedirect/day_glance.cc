#include "agent/power/vedirect/day_glance.h"

#include <string_view>

#include "agent/power/vedirect/text_fields.h"

namespace karkara::vedirect {
namespace {

constexpr double kWattHours = 1000;  // a kilowatt-hour
constexpr double kMostError = 255;

std::optional<double> number(const TextBlock& block, std::string_view label) {
  const FieldRule* rule = find_field(label);
  const auto text = block.find(label);
  if (rule == nullptr || !text) {
    return std::nullopt;
  }
  const Value value = read_field(*rule, *text);
  const double* said = std::get_if<double>(&value);
  return said != nullptr ? std::optional{*said} : std::nullopt;
}

template <class Unit>
std::optional<Unit> quantity(const TextBlock& block, std::string_view label, double times = 1) {
  const auto said = number(block, label);
  return said ? std::optional{Unit{*said * times}} : std::nullopt;
}

}  // namespace

std::optional<DayGlance> glance_at(const TextBlock& block) {
  const auto day = number(block, "HSDS");
  if (!day) {
    return std::nullopt;
  }
  DayGlance glance;
  glance.number = static_cast<std::uint16_t>(*day);
  glance.yield = quantity<WattHours>(block, "H20", kWattHours);
  glance.yield_before = quantity<WattHours>(block, "H22", kWattHours);
  glance.panel_most = quantity<Watts>(block, "H21");
  glance.panel_most_before = quantity<Watts>(block, "H23");
  glance.battery = quantity<Volts>(block, "V");
  if (const auto state = number(block, "CS")) {
    glance.charge_state = static_cast<unsigned>(*state);
  }
  if (const auto error = number(block, "ERR"); error && *error > 0 && *error <= kMostError) {
    glance.error = static_cast<std::uint8_t>(*error);
  }
  return glance;
}

}  // namespace karkara::vedirect
