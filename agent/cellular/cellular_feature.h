// The cellular uplinks of a site: what ModemManager tells and what probes found come in; commands to modems, notes and
// alarms go out, and for each uplink the interface and addresses of its data session. Called by agent/site only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/cellular/cellular_effects.h"
#include "agent/cellular/cellular_report.h"
#include "agent/cellular/cellular_uplink.h"
#include "agent/cellular/settings.h"

namespace karkara {

class CellularFeature {
 public:
  static constexpr std::string_view kKey = "cellular";  // of what it keeps over a reboot

  // kept: the last Persist under kKey, empty when there is none.
  CellularFeature(CellularSettings settings, std::string_view kept, Instant now);

  CellularEffects on(const ModemSeen& event, Instant now);
  CellularEffects on(const ModemGone& event, Instant now);
  CellularEffects on(const ModemBusState& event, Instant now);
  CellularEffects on(const ModemCommandDone& event, Instant now);
  // Whenever something of it changes; all at once, since a decision rests on all of it.
  CellularEffects follow(const Circumstances& circumstances, const std::map<UplinkId, UplinkSight>& sights,
                         Instant now);
  CellularEffects set_attended(bool attended, Instant now);  // somebody looks at the signal: measured each second
  CellularEffects reconfigure(CellularSettings settings, Instant now);
  CellularEffects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] std::vector<CellularReport> reports(Instant now) const;  // in the order of the configuration
  [[nodiscard]] std::vector<std::string> waiting() const;                // "modem of lte"
  [[nodiscard]] std::vector<CheckItem> check(Instant now) const;         // of each modem, for the person on the mast

 private:
  CellularUplink* claim(const ModemFacts& facts);
  CellularUplink* find(const UplinkId& id);
  CellularEffects settle(CellularEffects effects, Instant now);
  [[nodiscard]] Persist memory(Instant now) const;

  CellularSettings settings_;
  std::vector<CellularUplink> uplinks_;
  std::vector<ModemFacts> modems_;  // all that are on the bus, also those that nobody claims
  std::optional<bool> bus_available_;
  Circumstances circumstances_;
  bool attended_ = false;
  std::uint64_t next_id_ = 1;
  Instant save_at_ = Instant::max();  // the ages in what is kept go on
};

}  // namespace karkara
