#include "agent/power/modbus/modbus_device.h"

namespace karkara {

ModbusDevice::ModbusDevice(ModbusDeviceSettings settings)
    : ModbusPoller{std::move(settings.polling)}, recognition_{std::move(settings.tables), std::move(settings.table)} {}

ModbusPoller::Next ModbusDevice::begin_look(Instant now) {
  recognising_ = true;
  Next first = recognition_.begin();
  return first ? first : on_recognised(now);
}

ModbusPoller::Next ModbusDevice::take(const ModbusRequest& /*asked*/, const ModbusReply& reply, Instant now) {
  if (recognising_) {
    Next next = recognition_.take(reply);
    return next ? next : on_recognised(now);
  }
  plan_.take(reply, now);
  return go_on();
}

ModbusPoller::Next ModbusDevice::take_silence(const ModbusRequest& /*asked*/, Instant now) {
  if (recognising_) {
    if (!recognition_.can_do_without()) {
      return {};
    }
    Next next = recognition_.next();
    return next ? next : on_recognised(now);
  }
  return plan_.take_silence(heard_in_this_look(), now) ? go_on() : Next{};
}

ModbusPoller::Next ModbusDevice::on_recognised(Instant now) {
  recognising_ = false;
  const DeviceTable* table = recognition_.table();
  if (table != table_ || recognition_.identity() != identity_) {
    table_ = table;
    identity_ = recognition_.identity();
    start_anew();
    if (table_ != nullptr) {
      plan_.start_anew(*table_->modbus, identity_.firmware);
    }
  }
  if (table_ == nullptr) {
    say_trouble(recognition_.trouble());
    return {};
  }
  plan_.begin_look(now);
  return go_on();
}

ModbusPoller::Next ModbusDevice::go_on() {
  Next next = plan_.next();
  if (!next) {
    publish(karkara::readings(*table_->modbus, plan_.answer(), identity_.firmware));
    if (plan_.answer().empty()) {
      say_trouble("has none of the registers of the device table '" + table_->id + "'");
    }
  }
  return next;
}

ModbusTiming ModbusDevice::timing() const {
  const DeviceTable* table = recognition_.likely_table();
  return table != nullptr ? ModbusTiming{table->modbus->line.deadline, table->modbus->line.gap} : ModbusTiming{};
}

ModbusLine line_of(const std::vector<DeviceTable>& tables, std::string_view table) {
  const DeviceTable* found = find_table(tables, table);
  return found != nullptr && found->modbus ? found->modbus->line : ModbusLine{};
}

}  // namespace karkara
