#include "agent/power/modbus/recognition.h"

#include <algorithm>

#include "agent/devices/register_readings.h"

namespace karkara {
namespace {

constexpr unsigned kMostRounds = 8;  // of an identification; three short texts need one or two

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool fits(const ModbusMatch& match, const ModbusIdentity& said) {
  return !match.text_at && contains(said.vendor, match.vendor) && contains(said.product, match.product) &&
         (match.product_without.empty() || !contains(said.product, match.product_without));
}

// The table that says most of the two names.
const DeviceTable* closest(const std::vector<const DeviceTable*>& candidates, const ModbusIdentity& said) {
  const DeviceTable* found = nullptr;
  std::size_t best = 0;
  for (const DeviceTable* table : candidates) {
    for (const ModbusMatch& match : table->modbus->matches) {
      const std::size_t close = match.vendor.size() + match.product.size();
      if (fits(match, said) && (found == nullptr || close > best)) {
        found = table;
        best = close;
      }
    }
  }
  return found;
}

ModbusReadRegisters reading(const RegisterBlock& block) {
  const bool input = block.space == RegisterSpace::Input;
  return {input ? ModbusRegisterTable::Input : ModbusRegisterTable::Holding, block.first, block.count};
}

}  // namespace

std::string ModbusIdentity::shown() const {
  std::string all;
  for (const std::string* part : {product.empty() ? &vendor : &product, &text, &revision}) {
    all += (all.empty() || part->empty() ? "" : ", ") + *part;
  }
  return all;
}

CountedDevice ModbusIdentity::counted() const {
  const ModbusIdentity without_revision{vendor, product, "", text, {}};
  return {without_revision.shown(), {}};
}

ModbusRecognition::ModbusRecognition(SharedTables tables, std::string name)
    : tables_{std::move(tables)}, name_{std::move(name)} {
  if (tables_) {
    for (const DeviceTable& table : *tables_) {
      if (table.modbus && (name_.empty() || table.id == name_)) {
        candidates_.push_back(&table);
      }
    }
  }
}

const DeviceTable* ModbusRecognition::likely_table() const {
  const bool named = !name_.empty() && !candidates_.empty();
  return table_ == nullptr && named ? candidates_.front() : table_;
}

std::optional<ModbusRequest> ModbusRecognition::begin() {
  said_ = {};
  chosen_ = nullptr;
  from_ = 0;
  rounds_ = 0;
  if (candidates_.empty()) {
    finish(nullptr, name_.empty() ? "there are no device tables for Modbus"
                                  : "no device table for Modbus is called '" + name_ + "'");
    return {};
  }
  texts_.clear();
  bool by_identification = false;
  for (const DeviceTable* table : candidates_) {
    for (const ModbusMatch& match : table->modbus->matches) {
      by_identification = by_identification || !match.text_at;
      if (match.text_at && std::ranges::find(texts_, *match.text_at) == texts_.end()) {
        texts_.push_back(*match.text_at);
      }
    }
  }
  if (known_by_) {  // it is asked first, and what is not needed is not asked
    std::erase(texts_, *known_by_);
    texts_.insert(texts_.begin(), *known_by_);
  }
  if (by_identification && !known_by_) {
    step_ = Step::Identification;
  } else {
    go_to_texts();
  }
  return next();
}

std::optional<ModbusRequest> ModbusRecognition::next() const {
  switch (step_) {
    case Step::Identification: return ModbusReadIdentification{from_};
    case Step::Texts: return reading(texts_[text_at_]);
    case Step::Firmware: return reading(*chosen_->modbus->firmware_at);
    case Step::Done: return {};
  }
  return {};
}

std::optional<ModbusRequest> ModbusRecognition::take(const ModbusReply& reply) {
  switch (step_) {
    case Step::Identification: take_identification(reply); break;
    case Step::Texts: take_text(reply); break;
    case Step::Firmware:
      if (const auto* registers = std::get_if<std::vector<std::uint16_t>>(&reply)) {
        said_.firmware = version_in(register_text(*registers), chosen_->firmware_marker);
      }
      finish(chosen_, "");
      break;
    case Step::Done: break;
  }
  return next();
}

bool ModbusRecognition::can_do_without() {
  // Who was replaced by another that does not say who it is would else be waited for until the agent starts anew.
  constexpr unsigned kLooksToForgetWho = 3;
  if (!identity_.empty() && ++silent_looks_ < kLooksToForgetWho) {
    return false;
  }
  identity_ = {};
  skip();
  return true;
}

void ModbusRecognition::skip() {
  switch (step_) {
    case Step::Identification: go_to_texts(); break;
    case Step::Texts:
      if (known_by_) {
        known_by_.reset();
        (void)begin();
      } else if (++text_at_ == texts_.size()) {
        decide_without_match();
      }
      break;
    case Step::Firmware: finish(chosen_, ""); break;
    case Step::Done: break;
  }
}

void ModbusRecognition::take_identification(const ModbusReply& reply) {
  const auto* told = std::get_if<ModbusIdentification>(&reply);
  if (told == nullptr) {
    skip();
    return;
  }
  for (const auto& [object, bytes] : told->objects) {
    switch (object) {
      case ModbusIdentification::kVendor: said_.vendor = shown_text(bytes); break;
      case ModbusIdentification::kProduct: said_.product = shown_text(bytes); break;
      case ModbusIdentification::kRevision: said_.revision = shown_text(bytes); break;
      default: break;  // foreign: objects of the device's own
    }
  }
  if (told->next && *told->next > from_ && ++rounds_ < kMostRounds) {
    from_ = *told->next;
    return;
  }
  if (const DeviceTable* table = closest(candidates_, said_)) {
    accept(*table);
  } else {
    go_to_texts();
  }
}

void ModbusRecognition::go_to_texts() {
  text_at_ = 0;
  step_ = Step::Texts;
  if (texts_.empty()) {
    decide_without_match();
  }
}

void ModbusRecognition::take_text(const ModbusReply& reply) {
  const auto* registers = std::get_if<std::vector<std::uint16_t>>(&reply);
  if (registers != nullptr) {
    const RegisterBlock& here = texts_[text_at_];
    const std::string text = register_text(*registers);
    for (const DeviceTable* table : candidates_) {
      for (const ModbusMatch& match : table->modbus->matches) {
        if (match.text_at == here && contains(text, match.text)) {
          known_by_ = here;
          said_.text = text;
          accept(*table);
          return;
        }
      }
    }
  }
  skip();
}

void ModbusRecognition::decide_without_match() {
  if (!name_.empty() && (candidates_.front()->modbus->matches.empty() || said_.empty())) {
    accept(*candidates_.front());  // the name is all that there is
    return;
  }
  if (said_.empty()) {
    finish(nullptr, "is not recognised: name its table");
  } else {
    const std::string who = "says that it is '" + said_.vendor + " " + said_.shown() + "'";
    finish(nullptr, who + (name_.empty() ? ", which no device table matches"
                                         : ", which the device table '" + name_ + "' does not match"));
  }
}

void ModbusRecognition::accept(const DeviceTable& table) {
  chosen_ = &table;
  if (table.modbus->firmware_at) {
    step_ = Step::Firmware;
    return;
  }
  said_.firmware = version_in(said_.revision, table.firmware_marker);
  finish(&table, "");
}

void ModbusRecognition::finish(const DeviceTable* table, std::string trouble) {
  silent_looks_ = 0;
  step_ = Step::Done;
  table_ = table;
  identity_ = said_;
  trouble_ = std::move(trouble);
}

}  // namespace karkara
