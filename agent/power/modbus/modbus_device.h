// A power device with Modbus, read by a device table: recognised at the start of every look, asked in blocks that it
// accepts, read as a whole. Refuses to mix registers of two devices: another one on the same address starts anew.
// Made by whoever composes the power sources.
#pragma once

#include <string>

#include "agent/power/modbus/modbus_poller.h"
#include "agent/power/modbus/recognition.h"
#include "agent/power/modbus/register_plan.h"

namespace karkara {

struct ModbusDeviceSettings {
  ModbusPolling polling;
  std::string table{};  // its id; empty: by what the device says about itself
  SharedTables tables{};
};

class ModbusDevice final : public ModbusPoller {
 public:
  explicit ModbusDevice(ModbusDeviceSettings settings);

  [[nodiscard]] std::string product() const override { return recognition_.identity().shown(); }
  [[nodiscard]] CountedDevice counted() const override { return recognition_.identity().counted(); }
  [[nodiscard]] const std::vector<RegisterBlock>& missing() const { return plan_.missing(); }

 private:
  Next begin_look(Instant now) override;
  Next take(const ModbusRequest& asked, const ModbusReply& reply, Instant now) override;
  Next take_silence(const ModbusRequest& asked, Instant now) override;
  [[nodiscard]] ModbusTiming timing() const override;
  Next on_recognised(Instant now);
  Next go_on();

  ModbusRecognition recognition_;
  RegisterPlan plan_;
  bool recognising_ = false;
  const DeviceTable* table_ = nullptr;  // by which readings are made; null: none yet
  ModbusIdentity identity_;             // of the device that they are of
};

// What the line of a device needs unless the site says otherwise; a default line when there is no such table.
[[nodiscard]] ModbusLine line_of(const std::vector<DeviceTable>& tables, std::string_view table);

}  // namespace karkara
