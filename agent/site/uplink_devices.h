// What uplinks hang on: modems and satellite terminals. Composes the cellular and the satellite feature, carries their
// advice to the uplink feature and its judgement back to them, and turns what they ask for and say into effects of the
// agent. Pure. Called by Site only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/cellular/cellular_feature.h"
#include "agent/facts/effects.h"
#include "agent/facts/uplink_advice.h"
#include "agent/site/attention.h"
#include "agent/site/use_watch.h"
#include "agent/uplink/uplink_feature.h"
#include "agent/vsat/vsat_feature.h"

namespace karkara {

struct SiteHours {
  std::optional<int> local;  // 0 to 23, when the clock can be trusted
  bool saving = false;       // the battery is low
};

class UplinkDevices {
 public:
  UplinkDevices(const CellularSettings& cellular, const VsatSettings& vsat, const PersistedState& persisted,
                Instant now);

  template <class CellularEvent>
  Effects on_modem(const CellularEvent& event, Instant now) {
    return translate(cellular_.on(event, now));
  }
  template <class VsatEvent>
  Effects on_terminal(const VsatEvent& event, Instant now) {
    return translate(vsat_.on(event, now));
  }
  Effects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  Effects reconfigure(const CellularSettings& cellular, const VsatSettings& vsat, Instant now);

  [[nodiscard]] bool has_terminals() const { return !vsat_ids_.empty(); }
  void on_battery(Volts voltage, Instant now) { vsat_.on_battery(voltage, now); }
  // While the site saves energy the terminals are asked seldom.
  void set_saving(bool saving, Instant now) { vsat_.set_saving(saving, now); }
  // How the uplinks stand: what passes, what carries the traffic.
  Effects follow(const UplinkFeature& uplinks, const SiteHours& hours, Instant now);
  // What operators said is left on SIMs, each once: for the ledger.
  [[nodiscard]] std::vector<SimBytesTold> take_told_bytes() { return std::exchange(told_bytes_, {}); }
  [[nodiscard]] std::map<std::string, std::string> balances(Instant now) const;  // by uplink, for people
  [[nodiscard]] std::vector<UplinkAdvice> advice(Instant now) const;
  // Bits that a symbol of the way down carries, of links whose device names its coding.
  [[nodiscard]] std::vector<std::pair<UplinkId, double>> efficiencies(Instant now) const;
  // Somebody asked for the signal: while more such questions come, everything is asked for it each second.
  Effects attend(Instant now);
  [[nodiscard]] std::vector<Sample> samples(Instant now) const;
  [[nodiscard]] std::vector<Sample> live_samples(Instant now) const;  // besides; never for telemetry
  [[nodiscard]] std::vector<CheckItem> check(Instant now) const;
  [[nodiscard]] std::vector<std::string> waiting() const { return cellular_.waiting(); }
  // Per uplink a sentence for people: "connected over 4G to Airtel NE, RSRP -97 dBm, SIM 1".
  [[nodiscard]] std::map<std::string, std::string> sentences(Instant now) const;
  // Per uplink what is known of its modem's other SIMs, where they are checked.
  [[nodiscard]] std::map<std::string, std::string> spares(Instant now) const;
  // Per uplink all that its terminal tells, for people: "rx-level -45.2 dBm, obstruction 0.02".
  [[nodiscard]] std::map<std::string, std::string> readings(Instant now) const;

 private:
  Effects follow_attention(Instant now);
  Effects translate(const CellularEffects& effects);
  static Effects translate(const VsatEffects& effects);

  CellularFeature cellular_;
  VsatFeature vsat_;
  std::vector<UplinkId> cellular_ids_;
  std::vector<UplinkId> vsat_ids_;
  Instant next_memory_save_;
  Attention attention_;
  std::vector<SimBytesTold> told_bytes_;
  std::map<UplinkId, UseWatch> use_;  // of modems' uplinks
};

}  // namespace karkara
