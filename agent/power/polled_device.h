// A power device that is asked and answers: one implementation for each kind of protocol. It turns events into effects
// and verified answers into readings. Refuses deadlines, alarms and series: PolledSource has them for all kinds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/devices/count_book.h"
#include "agent/devices/readings.h"
#include "agent/facts/effects.h"

namespace karkara {

class PolledDevice {
 public:
  virtual ~PolledDevice() = default;

  virtual Effects start(Instant now) = 0;  // opens its line, or asks for the first time
  // Only what is meant for this device comes here.
  virtual Effects on(const SerialOpened& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects on(const SerialClosed& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects on(const SerialBytes& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects on(const ModbusAnswered& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects on(const SnmpAnswered& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects tick(Instant now) = 0;
  virtual Effects retire() = 0;  // closes or forgets its line
  [[nodiscard]] virtual Instant next_deadline() const = 0;

  // Of the last whole look, each value or the reason why there is none; empty before the first. Another device on the
  // same line starts anew.
  [[nodiscard]] virtual const QuantityReadings& readings() const = 0;
  [[nodiscard]] virtual std::optional<Instant> heard_at() const = 0;  // the last verified answer
  [[nodiscard]] virtual std::string product() const = 0;              // "Tracer2215BN, V02.05+V07.12"; empty: unknown
  // The same without what an update of its firmware changes.
  [[nodiscard]] virtual CountedDevice counted() const { return {product(), {}}; }
  [[nodiscard]] virtual std::string trouble() const = 0;       // why there are no readings; empty: none
  [[nodiscard]] virtual std::uint64_t bad_frames() const = 0;  // thrown away because a check failed
  // Of those with counts: how many whole looks there were, and how long the device runs, where it says that; modulo
  // 2^32.
  [[nodiscard]] virtual std::uint64_t looks() const { return 0; }
  [[nodiscard]] virtual std::optional<std::uint32_t> uptime_hundredths() const { return std::nullopt; }
};

}  // namespace karkara
