// The satellite feature: for each terminal what it measures, whether it is locked, and whether its uplink's traffic
// should leave before the link is lost. Composes one watch for each configured terminal. Refuses to choose uplinks: it
// advises. Called by agent/site only.
#pragma once

#include <map>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/vsat/dish_watch.h"
#include "agent/vsat/settings.h"
#include "agent/vsat/terminal_watch.h"
#include "agent/vsat/vsat_effects.h"

namespace karkara {

class VsatFeature {
 public:
  VsatFeature(VsatSettings settings, Instant now);

  VsatEffects on(const SnmpAnswered& event, Instant now);
  VsatEffects on(const DishSeen& event, Instant now);
  // Which uplink carries the traffic: its terminal is asked at the active pace.
  void set_active(const UplinkId& uplink, Instant now);
  // A night stage of the energy plan: everything at the saving pace but the active uplink, which keeps the standby
  // pace.
  void set_saving(bool saving, Instant now);
  // Somebody looks at the signal now: every terminal is asked each second at least. Ethernet costs no satellite byte.
  void set_attended(bool attended, Instant now);
  void on_battery(Volts voltage, Instant now);
  // The state of unchanged terminals is kept, others start anew.
  VsatEffects reconfigure(VsatSettings settings, Instant now);
  VsatEffects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // An uplink without a terminal: no advice but "no terminal".
  [[nodiscard]] VsatAdvice advice(const UplinkId& uplink, Instant now) const;
  [[nodiscard]] std::map<UplinkId, QuantityReadings> readings(Instant now) const;
  [[nodiscard]] std::map<UplinkId, LiveSignal> live_signals(Instant now) const;
  [[nodiscard]] std::vector<CheckItem> check(Instant now) const;  // of each terminal, for the person on the mast
  // What a clear sky gives, to be kept over a restart; one line for each terminal that knows it.
  [[nodiscard]] std::map<UplinkId, std::string> memories() const;
  void recall(const UplinkId& uplink, std::string_view memory);

 private:
  struct Terminal {
    TerminalSettings settings;
    std::variant<TerminalWatch, DishWatch> watch;
  };
  [[nodiscard]] Terminal make(const TerminalSettings& settings, Instant now) const;
  [[nodiscard]] Terminal* find(const UplinkId& uplink);
  void set_paces(Instant now);

  TerminalWatch::Tables tables_;
  std::vector<Terminal> terminals_;
  UplinkId active_;
  bool saving_ = false;
  bool attended_ = false;
};

}  // namespace karkara
