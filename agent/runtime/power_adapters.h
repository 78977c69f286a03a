// The adapters that power devices and shedding need, made together: serial ports, Modbus buses, relays on the router
// itself, its radios. Refuses to decide. Made by main, called by the effect runner, from the loop's thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>

#include "agent/facts/effects.h"
#include "agent/io/event_sink.h"
#include "agent/io/modbus_line.h"
#include "agent/io/radios.h"
#include "agent/io/relays.h"
#include "agent/io/serial_port.h"

namespace karkara {

class PowerAdapters {
 public:
  PowerAdapters(boost::asio::io_context& io, const EventSink& events)
      : io_{io}, events_{events}, buses_{io, events}, relays_{io, events}, radios_{io, events} {}

  void run(const OpenSerial& effect) {
    ports_[effect.device] = std::make_unique<SerialPort>(io_, effect.device, effect.path, effect.baud, events_);
  }
  void run(const CloseSerial& effect) { ports_.erase(effect.device); }
  void run(const WriteSerial& effect) {
    if (const auto port = ports_.find(effect.device); port != ports_.end()) {
      port->second->write(effect.bytes);
    }
  }
  void run(const ModbusAsk& effect) { buses_.ask(effect); }
  void run(const ModbusForget& effect) { buses_.forget(effect); }
  void run(const SwitchRelay& effect) { relays_.run(effect); }
  void run(const RunPowerCommand& effect) { relays_.run(effect); }
  void run(const LookAtRadios& effect) { radios_.run(effect); }
  void run(const SetRadioPower& effect) { radios_.run(effect); }
  void run(const SwitchRadio& effect) { radios_.run(effect); }

 private:
  boost::asio::io_context& io_;
  EventSink events_;
  std::map<DeviceId, std::unique_ptr<SerialPort>> ports_;
  ModbusBuses buses_;
  LocalRelays relays_;
  Radios radios_;
};

}  // namespace karkara
