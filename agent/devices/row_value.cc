#include "agent/devices/row_value.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "agent/devices/raw_value.h"

namespace karkara {
namespace {

bool is_within(double value, const PlausibleRange& range) {
  return value >= range.least && value <= range.most;
}

const DeviceWord* word_of(const QuantityRow& row, double number) {
  const auto found = std::ranges::find(row.words, number, &DeviceWord::number);
  return found != row.words.end() ? &*found : nullptr;
}

bool is_plausible(const QuantityRow& row, double value) {
  return std::isfinite(value) && (!row.plausible || is_within(value, *row.plausible));
}

}  // namespace

RowValue value_by_row(const QuantityRow& row, double raw, double factor) {
  if (std::ranges::find(row.absent_numbers, raw) != row.absent_numbers.end()) {
    return {Absent::NotAvailable};
  }
  if (row.true_when) {
    const double yes = is_within(raw, *row.true_when) ? 1.0 : 0.0;
    const DeviceWord* word = word_of(row, yes);
    return {yes, word != nullptr ? word->word : std::string{}};
  }
  if (const DeviceWord* state = word_of(row, raw); state != nullptr && state->value) {
    return {is_plausible(row, *state->value) ? Value{*state->value} : Value{Absent::OutOfRange}, state->word};
  }
  const double value = raw * factor * row.scale + row.offset;
  const DeviceWord* word = word_of(row, value);
  if (!is_plausible(row, value) || (row.only_words && word == nullptr)) {
    return {Absent::OutOfRange};
  }
  return {value, word != nullptr ? word->word : std::string{}};
}

RowValue value_by_row(const QuantityRow& row, std::string_view text, double factor) {
  const Value from_text = read_text(row, text);
  const double* number = std::get_if<double>(&from_text);
  return number != nullptr ? value_by_row(row, *number, factor) : RowValue{from_text};
}

void add_reading(QuantityReadings& all, const QuantityRow& row, RowValue read) {
  const auto known = std::ranges::find(all, row.quantity, &QuantityReading::quantity);
  const bool is_new = known == all.end();
  if (!is_new) {
    const bool other_firmware = known->value == Value{Absent::NotImplemented};
    if (has_value(known->value) || (!has_value(read.value) && !other_firmware)) {
      return;
    }
  }
  QuantityReading reading{row.quantity, row.unit, read.value, std::move(read.word)};
  if (row.counter_bits != 0) {
    reading.counter_bits = row.counter_bits;
    reading.counter_step = std::abs(row.scale);
  }
  if (is_new) {
    all.push_back(std::move(reading));
  } else {
    *known = std::move(reading);
  }
}

}  // namespace karkara
