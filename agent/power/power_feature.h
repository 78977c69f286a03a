// The power feature: bytes of the chargers' and monitors' serial ports in; samples, reports and alarms out.
// Composes one source for each configured device. Refuses to open anything itself: it asks with effects.
// Called by agent/site only.
#pragma once

#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/power/settings.h"
#include "agent/power/vedirect_source.h"

namespace karkara {

class PowerFeature {
 public:
  explicit PowerFeature(PowerSettings settings);

  Effects start(Instant now);
  Effects on(const SerialOpened& event, Instant now);
  Effects on(const SerialClosed& event, Instant now);
  Effects on(const SerialBytes& event, Instant now);
  // The state of unchanged ids is kept, removed ones are closed, those with another device are opened anew.
  Effects reconfigure(const PowerSettings& settings, Instant now);
  Effects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] std::vector<Sample> samples(Instant now) const;  // all series of each source, absent ones too
  [[nodiscard]] std::vector<PowerSourceReport> reports(Instant now) const;
  [[nodiscard]] std::vector<std::string> waiting() const;  // "power device charger (/dev/ttyUSB0)"

 private:
  [[nodiscard]] VeDirectSource* find(const DeviceId& id);
  std::vector<VeDirectSource> sources_;  // in the configuration's order
};

}  // namespace karkara
