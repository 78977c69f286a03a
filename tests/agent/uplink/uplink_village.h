// A village with uplinks whose fate a test decides: answers the feature's echoes after the link's delay, in numeric
// time.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/uplink/uplink_feature.h"

namespace karkara {

struct SimulatedLink {
  std::uint32_t index;
  std::string interface;
  Duration round_trip;
  bool carrier = true;
  bool address = true;
  bool passes = true;                       // false: a black hole with carrier
  std::function<bool(Instant)> loses = {};  // one echo; empty: none
  bool full = false;                        // its queue takes every echo; what fills it is answered
  bool walled = false;                      // nobody answers the village, whatever comes of echoes
  std::uint64_t received_bytes = 0;         // of the interface
  // What our nft table would have counted.
  double sent = 0;
  double answered = 0;
  std::optional<ContentVerdict> content = {};  // what a look at the truth sees; none: it never ends
};

class UplinkVillage {
 public:
  UplinkVillage(UplinkFeatureSettings settings, std::vector<SimulatedLink> links);

  void boot();                  // identity and the first dump
  void run_for(Duration time);  // echoes and deadlines in order
  void set_carrier(const std::string& interface, bool carrier);
  void set_address(const std::string& interface, bool address);
  // Packets a second that the village sends over the active uplink, each answered while the link passes.
  void set_traffic(double packets_per_second);
  void send_one_packet();
  // What the kernel shows beside the uplinks from the next dump on.
  void add_lan(const std::string& interface, std::uint32_t index, const char* address);
  void offload(const std::string& interface) { offloaded_.push_back(interface); }
  void fail_next_echoes(int count) { errors_ = count; }  // an ICMP error comes at once, the answer in its time
  void kill_anchor(const std::string& anchor) { dead_anchor_ = anchor; }  // it answers over no link
  SimulatedLink& link(const std::string& interface);
  void see_kernel();
  void restart(UplinkFeatureSettings settings);  // the agent dies; the kernel keeps what it was told
  // The same, and the disk keeps what was persisted. boot: another one when the router was restarted, too.
  void restart_with_disk(UplinkFeatureSettings settings, std::uint64_t boot = 0);

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] std::string active() const { return feature_.report(now_, WallTime{}).active_uplink; }
  [[nodiscard]] std::string state(const std::string& uplink) const;
  // Every UPLINK_SWITCHED since boot: "vsat>lte echo-lost".
  [[nodiscard]] const std::vector<std::string>& moves() const { return moves_; }
  [[nodiscard]] const std::map<AlarmKey, bool>& alarms() const { return alarms_; }
  [[nodiscard]] long notes(MessageId id) const { return std::ranges::count(notes_, id); }  // since boot
  [[nodiscard]] const std::vector<Instant>& echo_times(const std::string& interface) { return sent_[interface]; }
  [[nodiscard]] const std::string& kept(const std::string& key) { return kept_[key]; }
  [[nodiscard]] unsigned writes(const std::string& key) { return writes_[key]; }
  UplinkFeature& feature() { return feature_; }
  // What the feature asked of the kernel beside routes: "flush 0x110000", "end 10.0.2.2", "resolve 10.0.2.1".
  [[nodiscard]] const std::vector<std::string>& deeds() const { return deeds_; }
  [[nodiscard]] unsigned looks() const { return looks_; }  // at the counters
  // When signed content was asked for over it.
  [[nodiscard]] const std::vector<Instant>& content_checks(const std::string& interface) { return checks_[interface]; }
  void take(const Effects& effects);

 private:
  struct Answer {
    SendEcho echo;
    bool lost;
  };
  [[nodiscard]] KernelSnapshot snapshot() const;
  [[nodiscard]] std::string interface_of(const std::string& uplink) const;
  void count_traffic();  // up to now
  void look_at_truth(const CheckContent& check);
  void perform(const Effect& effect);
  [[nodiscard]] FlowCountersRead counters();

  UplinkFeature feature_;
  std::vector<Route> left_in_kernel_;
  std::vector<Link> lan_links_;
  std::vector<LinkAddress> lan_addresses_;
  std::vector<std::string> offloaded_;
  int errors_ = 0;
  std::string dead_anchor_;
  std::vector<EchoFailed> failed_;  // to be told
  double traffic_ = 0;
  Instant counted_until_{std::chrono::seconds{1000}};
  std::optional<Instant> read_at_;  // an answer about the counters is due
  std::vector<std::string> deeds_;
  unsigned looks_ = 0;
  std::map<std::string, std::vector<Instant>> checks_;
  std::vector<SimulatedLink> links_;
  std::multimap<Instant, Answer> answers_;
  std::multimap<Instant, ContentChecked> looks_at_truth_;
  Instant now_{std::chrono::seconds{1000}};
  std::vector<std::string> moves_;
  std::vector<MessageId> notes_;
  std::map<AlarmKey, bool> alarms_;
  PersistedState kept_;
  std::map<std::string, unsigned> writes_;
  std::map<std::string, std::vector<Instant>> sent_;
};

[[nodiscard]] UplinkSettings uplink_settings(const std::string& id, const std::string& interface,
                                             std::uint32_t preference, bool metered = false);
[[nodiscard]] ClassSettings traffic_class(const char* id, const char* subnet, MeteredUse metered);
// A satellite and a SIM; a clinic that may use both, and a public that is not to cost money.
[[nodiscard]] UplinkFeatureSettings village_settings();
[[nodiscard]] std::string class_uplink(UplinkVillage& village, const std::string& id);

}  // namespace karkara
