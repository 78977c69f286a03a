// The router's radios, by the configuration, the shedding ladder and the hour: looks at them, brings each to what is
// wanted, remembers over restarts what has to be taken back, and tells of it. Refuses to touch radios that are not
// configured, and to act before it knows what the ladder did before a restart. Called by agent/site only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/shedding.h"
#include "agent/facts/status.h"
#include "agent/facts/usage.h"
#include "agent/mesh/radio_control.h"
#include "agent/mesh/radio_settings.h"

namespace karkara {

class RadioFeature {
 public:
  static constexpr std::string_view kStateKey = "radios";

  // kept: what an earlier run persisted.
  RadioFeature(const RadiosSettings& settings, std::string kept);

  Effects start(Instant now);
  // As often as one likes; until the first time nothing is done.
  Effects shed(const Shedding& shedding, const KnownTime& at);
  Effects on(const RadiosSeen& event, const KnownTime& at);
  Effects on(const RadioSet& event, const KnownTime& at);
  void on(const LinkChanged& event, Instant now);
  Effects reconfigure(const RadiosSettings& settings, const KnownTime& at);
  Effects tick(const KnownTime& at);
  Effects stop();  // everything as it was found; nothing is done any more
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] std::set<std::string> resting() const;     // interfaces that are off by us, or will be
  [[nodiscard]] std::vector<RadioNotice> notices() const;  // for those who hear the radios
  [[nodiscard]] std::vector<Sample> samples() const;
  [[nodiscard]] std::vector<RadioReport> reports(Instant now) const;

 private:
  void make_controls(RadioMemories memories);
  Effects settle(Effects effects, const KnownTime& at);
  void wish_all(const KnownTime& at);
  void say(const RadioControl& radio, Effects& effects);
  void say_hours(Effects& effects);
  void persist(Effects& effects);
  Effects look(Instant now);

  RadiosSettings settings_;
  std::string kept_;
  std::vector<RadioControl> radios_;
  std::optional<Shedding> shedding_;
  std::string told_memory_;
  std::map<std::string, std::string> alarms_;  // raised ones, by radio
  bool hours_unknown_ = false;
  bool stopped_ = false;
  std::uint64_t requests_ = 0;
  bool looking_ = false;
  bool stale_ = false;  // the look that is under way began too early
  Instant looked_at_{};
  Instant look_at_ = Instant::max();
};

}  // namespace karkara
