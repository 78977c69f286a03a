// The router's Wi-Fi as configured: looks at radios, rules and daemons, sets up what is missing one step at a time,
// adopts what stands, and recovers links to neighbours that are stuck. Refuses to take anything down when the agent
// ends: villages and mesh go on without it. Called by agent/site only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/usage.h"
#include "agent/mesh/mesh_links.h"
#include "agent/wifi/country_choice.h"
#include "agent/wifi/mesh_recovery.h"
#include "agent/wifi/wifi_plan.h"

namespace karkara {

class WifiFeature {
 public:
  static constexpr std::string_view kStateKey = "wifi";
  static constexpr Duration kLook = std::chrono::seconds{30};      // no event tells what a daemon does
  static constexpr Duration kPatience = std::chrono::seconds{90};  // a step may wait for a scan or for a driver

  static constexpr Duration kMostRetry = std::chrono::minutes{10};
  static constexpr Duration kLeastPause = std::chrono::seconds{1};  // between looks that links cause
  static constexpr unsigned kAlarmAfter = 3;                        // failures in a row

  // kept: what an earlier run persisted.
  WifiFeature(const WifiSettings& settings, std::string kept, Duration utc_offset);

  Effects start(Instant now);
  Effects on(const WifiSeen& event, const KnownTime& at);
  Effects on(const WifiStepDone& event, const KnownTime& at);
  void on(const LinkChanged& event, Instant now);
  void on(const AirChanged& event, Instant now);
  Effects tick(const KnownTime& at);
  Effects reconfigure(const WifiSettings& settings, Duration utc_offset, Instant now);
  // Carried by the site: which interfaces are off to save the battery, and how the links are.
  void rest(std::set<std::string> interfaces, Instant now);
  void know(std::vector<MeshLinks> links, Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] bool take_news();  // a mesh was made or joined: it is worth a look
  [[nodiscard]] std::vector<Sample> samples() const;
  [[nodiscard]] WifiReport report() const;
  [[nodiscard]] std::vector<CheckItem> check() const;

 private:
  struct Radio {
    WifiRadioSettings settings;
    WifiVerdict verdict{};
    bool surveyed = false;
    unsigned failures = 0;  // in a row
    std::string why{};
    Instant due{};
    bool none_allowed = false;              // of its channels
    bool others = false;                    // the router's radio that it names is another section's
    std::map<std::string, Instant> done{};  // what was done, and from when on it may count as done again
    Instant restless_until{};               // what did not last is forgotten then
  };
  struct Retry {
    unsigned failures = 0;
    Instant due{};
  };
  struct Asked {
    std::uint64_t request;
    WifiDeed deed;
    std::string radio;  // id; empty: none
    Instant give_up;
    bool clears = false;
  };
  void make_radios();
  [[nodiscard]] bool is_idle() const { return settings_.radios.empty() && !clearing_; }
  [[nodiscard]] WifiView view() const { return {settings_, *seen_, country_, resting_, mute_}; }
  [[nodiscard]] Radio* find(const std::string& id);
  Effects proceed(const KnownTime& at);
  void blind();
  void clearing_ends();
  std::optional<Effects> set_up(Instant now);
  std::optional<Effects> hush(Instant now);
  std::optional<Effects> clear(Instant now);
  void done(Radio& radio, const Asked& asked, const Status& status, Instant now);
  void forget_done();
  void know_mute(Instant now);
  [[nodiscard]] const WifiRadioSeen* seen_of(const Radio& radio) const;
  void know_place(const Radio& radio);
  void share_out();
  [[nodiscard]] bool is_elsewhere(const Radio& radio) const;
  [[nodiscard]] bool is_where_named(const std::string& phy, const WifiPlace& place) const;
  std::optional<Effects> recover(const KnownTime& at);
  std::optional<WifiDeed> deed_for(const RecoveryDeed& wanted, const std::string& interface) const;
  [[nodiscard]] std::optional<std::uint32_t> chosen_channel(const Radio& radio) const;
  void judge(Radio& radio, Instant now);
  void judge_channels(Radio& radio, Instant now);
  void choose_channel(Radio& radio);
  [[nodiscard]] std::string trouble_of(const Radio& radio) const;
  Effects step(WifiDeed deed, const std::string& radio, Instant now, bool clears = false);
  Effects look(Instant now);
  void know_day(const KnownTime& at);
  void say(Effects& effects);
  void say_alarm(MessageId message, const std::string& instance, Fields fields, Effects& effects);
  void persist(Effects& effects);

  WifiSettings settings_;
  Duration utc_offset_;
  std::string kept_;
  std::string told_memory_;
  WifiMemory memory_;
  CountryChoice country_;
  std::vector<Radio> radios_;
  std::optional<WifiSeen> seen_{};
  std::set<std::string> resting_{};
  std::vector<MeshLinks> links_{};
  std::map<std::string, MeshRecovery> recoveries_{};  // by interface
  RecoveryCounts counted_{};                          // since the start
  std::map<AlarmKey, Fields> raised_{};
  std::optional<Asked> asked_{};
  std::map<std::string, Retry> uncleared_{};     // by interface
  std::map<std::string, Instant> mute_since_{};  // daemons that answer nothing, by interface
  std::map<std::string, Duration> mute_{};       // for how long, at the last look
  unsigned blind_ = 0;                           // looks in a row that showed nothing
  std::uint64_t requests_ = 0;
  bool clearing_ = false;  // not configured any more; what an earlier configuration made is taken away
  bool looking_ = false;
  bool stale_ = true;  // what was seen is older than what was done
  bool news_ = false;
  Instant looked_at_{};
  Instant look_at_ = Instant::max();
  Instant day_began_{};
};

}  // namespace karkara
