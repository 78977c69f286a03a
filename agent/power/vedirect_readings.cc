#include "agent/power/vedirect_readings.h"

#include <fmt/format.h>

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
    first_block_.reset();
  }
  if (!first_block_) {
    first_block_ = now;
  }
  for (std::size_t i = 0; i < kVeDirectSeries.size(); ++i) {
    const std::string_view label = kVeDirectSeries[i].label;
    const vedirect::FieldRule* rule = vedirect::find_field(label);
    const auto text = block.find(label);
    if (rule != nullptr && text) {
      held_[i] = {vedirect::read_field(*rule, *text), now};
    }
  }
  return who;
}

void VeDirectReadings::expire() {
  for (Held& held : held_) {
    if (held.value) {
      held.value = Absent::Stale;
    }
  }
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
