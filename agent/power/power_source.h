// One configured power device, whatever it speaks: its events in; samples, a report, alarms and its part of the site's
// energy out. Made by PowerFeature from the configuration.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/count_book.h"
#include "agent/facts/effects.h"
#include "agent/power/energy.h"
#include "agent/power/settings.h"

namespace karkara {

class PowerSource {
 public:
  virtual ~PowerSource() = default;

  [[nodiscard]] virtual const PowerSourceSettings& settings() const = 0;
  virtual void set_deadline(Duration deadline) = 0;

  virtual Effects start(Instant now) = 0;
  // Only what is meant for this device comes here.
  virtual Effects on(const SerialOpened& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects on(const SerialClosed& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects on(const SerialBytes& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects on(const ModbusAnswered& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects on(const SnmpAnswered& /*event*/, Instant /*now*/) { return {}; }
  virtual Effects tick(Instant now) = 0;
  virtual Effects retire() = 0;  // closes its line and takes its alarms back
  [[nodiscard]] virtual Instant next_deadline() const = 0;

  [[nodiscard]] virtual std::vector<Sample> samples(Instant now) const = 0;  // all of its series, absent ones too
  [[nodiscard]] virtual PowerSourceReport report(Instant now) const = 0;
  [[nodiscard]] virtual EnergySample energy(Instant now) const = 0;

  // What its counts came to, over resets and restarts.
  [[nodiscard]] virtual CountBook& counts() = 0;

  // Of devices that remember days. What must survive a restart: before start(), the memory of an earlier run or of the
  // source of the same name that this one replaces.
  virtual Effects recall(std::string_view /*memory*/) { return {}; }
  [[nodiscard]] virtual std::string memory() const { return {}; }
  virtual Effects keep(Instant /*now*/, bool /*all*/) { return {}; }
  // Days that the device told because nobody had listened, each once, the oldest first.
  [[nodiscard]] virtual std::vector<ChargerDay> take_missed(const KnownTime& /*at*/, Duration /*utc_offset*/) {
    return {};
  }
  [[nodiscard]] virtual std::optional<ChargerHistory> history() const { return std::nullopt; }

  // Empty, or what is not there yet: "/dev/ttyUSB0".
  [[nodiscard]] virtual std::string waiting_for() const = 0;
};

}  // namespace karkara
