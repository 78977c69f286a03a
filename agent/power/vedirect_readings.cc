#include "agent/power/vedirect_readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "agent/power/vedirect/names.h"
#include "agent/power/vedirect/text_fields.h"

namespace karkara {
namespace {

// Takes over what the block says; true when it contradicts what was known.
bool contradicts(std::string& known, std::optional<std::string_view> said) {
  if (!said || *said == known) {
    return false;
  }
  const bool was_known = !known.empty();
  known = *said;
  return was_known;
}

// What the number of such a field is called; empty where it only counts or measures.
std::string word_of(std::string_view label, std::uint32_t number) {
  if (label == "MPPT") {
    return vedirect::tracker_name(number);
  }
  if (label == "OR") {
    return fmt::format("{}", fmt::join(vedirect::off_reasons(number), ", "));
  }
  if (label == "AR" || label == "WARN") {
    return fmt::format("{}", fmt::join(vedirect::alarm_reasons(number), ", "));
  }
  return {};
}

}  // namespace

VeDirectReadings::Who VeDirectReadings::identify(const vedirect::TextBlock& block) {
  const auto firmware = block.find("FW");
  const bool other_product = contradicts(product_id_, block.find("PID"));
  const bool other_serial = contradicts(serial_, block.find("SER#"));
  const bool another = other_product || other_serial;
  if (other_product && !other_serial) {
    serial_ = block.find("SER#").value_or("");
  }
  if (another) {
    firmware_.clear();
  }
  if (const auto said = firmware ? firmware : block.find("FWE")) {
    firmware_ = *said;
  }
  return another ? Who::Another : Who::Same;
}

VeDirectReadings::Who VeDirectReadings::take(const vedirect::TextBlock& block, Instant now) {
  const Who who = identify(block);
  if (who == Who::Another) {
    held_ = {};
    quantities_ = {};
    registers_.forget();
    first_block_.reset();
  }
  if (!first_block_) {
    first_block_ = now;
  }
  for (std::size_t i = 0; i < kVeDirectSeries.size(); ++i) {
    hold(held_[i], kVeDirectSeries[i].label, block, now);
  }
  for (std::size_t i = 0; i < kVeDirectQuantities.size(); ++i) {
    hold(quantities_[i], kVeDirectQuantities[i].label, block, now);
  }
  return who;
}

void VeDirectReadings::hold(Held& held, std::string_view label, const vedirect::TextBlock& block, Instant now) {
  const auto text = block.find(label);
  const vedirect::FieldRule* rule = text ? vedirect::find_field(label) : nullptr;
  if (rule != nullptr) {
    held = {vedirect::read_field(*rule, *text), now};
  }
}

void VeDirectReadings::expire() {
  const auto go_stale = [](Held& held) {
    if (held.value) {
      held.value = Absent::Stale;
    }
  };
  std::ranges::for_each(held_, go_stale);
  std::ranges::for_each(quantities_, go_stale);
  registers_.forget();
}

Value VeDirectReadings::quantity(std::string_view name, Instant now, Duration deadline) const {
  const auto known = std::ranges::find(kVeDirectQuantities, name, &VeDirectQuantity::quantity);
  const Held* held = known != kVeDirectQuantities.end() ? &quantities_[known - kVeDirectQuantities.begin()] : nullptr;
  if (held == nullptr || !held->value) {
    return Absent::NotImplemented;
  }
  if (now >= held->at + deadline) {
    return Absent::Stale;
  }
  const double* number = std::get_if<double>(&*held->value);
  return number != nullptr && std::isinf(*number) ? Value{Absent::NotAvailable} : *held->value;  // "for ever"
}

std::vector<QuantityReport> VeDirectReadings::quantities(Instant now, Duration deadline) const {
  std::vector<QuantityReport> all;
  for (std::size_t i = 0; i < kVeDirectQuantities.size(); ++i) {
    if (!quantities_[i].value) {
      continue;
    }
    const VeDirectQuantity& row = kVeDirectQuantities[i];
    const Value value = quantity(row.quantity, now, deadline);
    const double* number = std::get_if<double>(&value);
    all.push_back({std::string{row.quantity}, std::string{vedirect::find_field(row.label)->unit}, value,
                   number != nullptr ? word_of(row.label, static_cast<std::uint32_t>(std::max(*number, 0.0))) : ""});
  }
  registers_.add_to(all, now);
  return all;
}

// Chargers do not have it in their text.
Value VeDirectReadings::temperature_by_hex(Instant now) const {
  constexpr double kLeast = -60;
  constexpr double kMost = 120;
  const Value heard = registers_.value(vedirect::kBatteryTemperatureRegister, now);
  const double* celsius = std::get_if<double>(&heard);
  return celsius != nullptr && (*celsius < kLeast || *celsius > kMost) ? Value{Absent::OutOfRange} : heard;
}

Value VeDirectReadings::value(SeriesId series, Instant now, Duration deadline) const {
  for (std::size_t i = 0; i < kVeDirectSeries.size(); ++i) {
    if (kVeDirectSeries[i].series != series) {
      continue;
    }
    const Held& held = held_[i];
    if (held.value) {
      return now >= held.at + deadline ? Value{Absent::Stale} : *held.value;
    }
    if (series == SeriesId::BatteryTemperature) {
      if (const Value heard = temperature_by_hex(now); heard != Value{Absent::NotImplemented}) {
        return heard;
      }
    }
    return first_block_ && now >= *first_block_ + deadline ? Absent::NotImplemented : Absent::NotYet;
  }
  return Absent::NotImplemented;
}

std::string VeDirectReadings::product() const {
  if (product_id_.empty()) {
    return {};
  }
  const vedirect::FieldRule* rule = vedirect::find_field("PID");
  const Value id = vedirect::read_field(*rule, product_id_);
  std::string text = has_value(id) ? vedirect::product_name(static_cast<std::uint16_t>(*std::get_if<double>(&id)))
                                   : fmt::format("product '{}'", product_id_);
  if (!firmware_.empty()) {
    text += fmt::format(", firmware {}", vedirect::firmware_version(firmware_));
  }
  return text;
}

}  // namespace karkara
