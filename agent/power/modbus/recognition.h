// Who is there: what a Modbus device says about itself, by its identification (function 43/14) or by a text in its
// registers, and which table fits. Refuses a table that contradicts what the device says. Used by ModbusDevice at the
// start of every look, so that another device on the same address is noticed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/devices/count_book.h"
#include "agent/devices/device_table.h"
#include "agent/power/modbus/modbus_poller.h"

namespace karkara {

struct ModbusIdentity {
  std::string vendor{};
  std::string product{};
  std::string revision{};
  std::string text{};  // from registers
  std::optional<FirmwareVersion> firmware{};
  friend bool operator==(const ModbusIdentity&, const ModbusIdentity&) = default;
  [[nodiscard]] bool empty() const { return vendor.empty() && product.empty() && text.empty(); }
  [[nodiscard]] std::string shown() const;  // "Tracer2215BN, V02.05+V07.12"
  [[nodiscard]] CountedDevice counted() const;
};

using SharedTables = std::shared_ptr<const std::vector<DeviceTable>>;

class ModbusRecognition {
 public:
  // An empty name: the table that fits what the device says. Else that table, unless the device says otherwise.
  ModbusRecognition(SharedTables tables, std::string name);

  [[nodiscard]] std::optional<ModbusRequest> begin();  // none: nothing has to be asked
  [[nodiscard]] std::optional<ModbusRequest> take(const ModbusReply& reply);
  // True: it goes on without that answer, with next(). False: the device is known to answer, so it is away now.
  [[nodiscard]] bool can_do_without();
  [[nodiscard]] std::optional<ModbusRequest> next() const;

  // Of the last recognition that came to its end.
  [[nodiscard]] const DeviceTable* table() const { return table_; }
  [[nodiscard]] const DeviceTable* likely_table() const;  // before that, the one that was named
  [[nodiscard]] const ModbusIdentity& identity() const { return identity_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }  // why there is no table

 private:
  enum class Step : unsigned char { Identification, Texts, Firmware, Done };
  void take_identification(const ModbusReply& reply);
  void take_text(const ModbusReply& reply);
  void go_to_texts();
  void skip();
  void decide_without_match();
  void accept(const DeviceTable& table);
  void finish(const DeviceTable* table, std::string trouble);

  std::vector<const DeviceTable*> candidates_;
  SharedTables tables_;
  std::string name_;
  Step step_ = Step::Done;
  std::uint8_t from_ = 0;  // identification: the next object
  unsigned rounds_ = 0;    // of one identification
  std::vector<RegisterBlock> texts_;
  std::size_t text_at_ = 0;
  std::optional<RegisterBlock> known_by_;  // the text that told last time
  ModbusIdentity said_;                    // in this recognition
  const DeviceTable* chosen_ = nullptr;
  const DeviceTable* table_ = nullptr;
  ModbusIdentity identity_;
  unsigned silent_looks_ = 0;  // of who is known, in a row
  std::string trouble_;
};

}  // namespace karkara
