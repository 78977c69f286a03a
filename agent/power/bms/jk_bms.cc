#include "agent/power/bms/jk_bms.h"

#include <algorithm>
#include <utility>

namespace karkara::jk {
namespace {

Value number_or(const Fields& fields, Field field, double scale = 1) {
  const auto number = fields.number(field);
  return number ? Value{*number * scale} : Value{Absent::NotAvailable};
}

// One sensor or two; both when the BMS does not say how many there are.
void add_temperatures(bms::BmsValues& values, const Fields& fields) {
  const Value first = temperature_of(fields, Field::Temperature1);
  const Value second = temperature_of(fields, Field::Temperature2);
  const std::uint32_t sensors = fields.number(Field::TemperatureSensors).value_or(2);
  const double* a = std::get_if<double>(&first);
  const double* b = std::get_if<double>(&second);
  values.temperature_most = values.temperature_least = sensors > 0 ? first : Value{Absent::NotAvailable};
  if (sensors > 1 && b != nullptr) {
    values.temperature_most = a != nullptr ? std::max(*a, *b) : *b;
    values.temperature_least = a != nullptr ? std::min(*a, *b) : *b;
  }
  values.board_temperature = temperature_of(fields, Field::BoardTemperature);
}

// What it found out itself, else what somebody has set.
Value capacity_of(const Fields& fields) {
  for (const Field field : {Field::CapacityFound, Field::CapacitySet}) {
    const auto amp_hours = fields.number(field);
    if (amp_hours && *amp_hours > 0) {
      return static_cast<double>(*amp_hours);
    }
  }
  return Absent::NotAvailable;
}

void add_switches(bms::BmsValues& values, const Fields& fields) {
  const auto switches = fields.number(Field::Switches);
  const auto is_on = [&](std::uint32_t bit) {
    return switches ? Value{(*switches & bit) != 0 ? 1.0 : 0.0} : Value{Absent::NotAvailable};
  };
  values.charge_enabled = is_on(1);
  values.discharge_enabled = is_on(2);
}

}  // namespace

bms::BmsValues values_of(const Fields& fields) {
  bms::BmsValues values;
  values.volts = number_or(fields, Field::Volts, 0.01);
  values.amperes = current_of(fields);
  values.state_of_charge = number_or(fields, Field::StateOfCharge);
  values.capacity = capacity_of(fields);
  values.packs = 1.0;
  values.cycles = number_or(fields, Field::Cycles);
  values.charge_limit = number_or(fields, Field::ChargeLimit);  // beyond, the BMS opens
  values.discharge_limit = number_or(fields, Field::DischargeLimit);
  values.alarms = number_or(fields, Field::Alarms);
  values.alarm_words = has_value(values.alarms) ? alarm_words(*fields.number(Field::Alarms)) : "";
  values.cell_volts_least = values.cell_volts_most = values.weakest_cell = values.cells = Absent::NotAvailable;
  bms::take_cells(values, fields.cell_volts());
  add_temperatures(values, fields);
  add_switches(values, fields);
  return values;
}

void Bms::begin_look() {
  told_.reset();
  over_ = false;
}

std::optional<bms::Question> Bms::question() {
  reader_.reset();
  return over_ ? std::nullopt : std::optional{bms::Question{encode_request()}};
}

bms::Heard Bms::hear(std::span<const std::byte> bytes) {
  while (!over_) {
    const auto frame = reader_.next(bytes);
    if (!frame) {
      break;
    }
    const Fields fields{frame->fields};
    if (frame->command != kReadAll || frame->source != kFromBms || frame->kind != kIsAnswer ||
        !fields.number(Field::Volts)) {
      continue;
    }
    told_ = values_of(fields);
    over_ = true;
    software_ = fields.text(Field::Software);
    const auto before =
        std::exchange(identity_, Identity{frame->terminal, fields.text(Field::Name), fields.cell_volts().size()});
    return before && *before != *identity_ ? bms::Heard::AnswerOfAnother : bms::Heard::Answer;
  }
  return bms::Heard::Nothing;
}

std::optional<bms::BmsValues> Bms::end_look() {
  over_ = true;
  return std::exchange(told_, std::nullopt);
}

std::string Bms::product() const {
  if (!identity_) {
    return {};
  }
  std::string text = "JK";
  for (const std::string& part : {identity_->name, software_}) {
    text += part.empty() ? "" : " " + part;
  }
  return text;
}

}  // namespace karkara::jk
