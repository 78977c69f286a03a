// Whether one uplink reaches the outside: evidence in, a state out. Carrier and addresses come from the kernel, the
// truth from authenticated echoes to anchors. Refuses to choose between uplinks: agent/uplink/choice does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/events.h"
#include "agent/uplink/echo_track.h"
#include "agent/uplink/settings.h"

namespace karkara {

// The numbers are the series uplink_state.
enum class UplinkState : std::uint8_t {
  Absent = 0,     // no interface, or no carrier
  Linked = 1,     // carrier, no address
  Addressed = 2,  // address, but no gateway or no anchor to ask
  Probation = 3,  // echoes under way, not yet enough answers for long enough
  Up = 4,
  Suspect = 5,  // an echo was not answered in time: a burst decides
  Down = 6,     // carrier, but nothing comes back
};
[[nodiscard]] std::string_view to_string(UplinkState state);

// How traffic would leave over an uplink; made from a kernel dump.
struct UplinkPath {
  std::uint32_t link = 0;  // interface index, 0: no such interface
  bool carrier = false;
  std::optional<IpAddress> source;
  std::optional<IpAddress> gateway;
  [[nodiscard]] bool usable() const { return carrier && source && gateway; }
  friend bool operator==(const UplinkPath&, const UplinkPath&) = default;
};

// An echo that health wants on the wire; the feature adds interface and mark.
struct WantedEcho {
  AnchorEndpoint anchor;
  std::uint64_t nonce = 0;
};

class UplinkHealth {
 public:
  UplinkHealth(UplinkSettings settings, Duration hold_down, Duration hold_down_max, std::uint64_t nonce_seed);

  using Echoes = std::vector<WantedEcho>;
  Echoes see_path(const UplinkPath& path, Instant now);
  Echoes set_anchors(std::vector<AnchorEndpoint> anchors, Instant now);
  Echoes on(const EchoAnswered& answer, Instant now);
  Echoes on(const EchoFailed& failure, Instant now);
  Echoes tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // active: it carries the traffic. urgent: no uplink is up, so a dead one is asked more often.
  void set_role(bool active, bool urgent, Instant now);
  void reconfigure(const UplinkSettings& settings, Duration hold_down, Duration hold_down_max, Instant now);

  [[nodiscard]] UplinkState state() const { return state_; }
  [[nodiscard]] Instant since() const { return since_; }
  [[nodiscard]] const UplinkPath& path() const { return path_; }
  [[nodiscard]] const EchoTrack& echoes() const { return echoes_; }
  [[nodiscard]] const UplinkSettings& settings() const { return settings_; }
  [[nodiscard]] bool heard_in_probation() const { return answers_ > 0; }
  [[nodiscard]] std::string evidence() const { return evidence_; }
  [[nodiscard]] std::optional<Duration> last_round_trip() const { return last_round_trip_; }
  [[nodiscard]] Duration hold_down_left(Instant now) const;  // in Probation: how long it still has to stay good

 private:
  void enter(UplinkState state, std::string evidence, Instant now);
  void leave_good(Instant now);  // a failure of an uplink that was up lengthens its next probation
  Echoes start_probation(Instant now);
  Echoes send(Instant now);
  Echoes send_due(Instant now);
  Echoes send_burst_step(Instant now);
  Echoes suspect(std::string why, Instant now);
  void judge(Instant now);
  [[nodiscard]] Duration echo_interval() const;
  [[nodiscard]] Duration probation_length() const;

  UplinkSettings settings_;
  Duration hold_down_;
  Duration hold_down_max_;
  std::uint64_t nonce_state_;
  std::vector<AnchorEndpoint> anchors_;
  std::size_t next_anchor_ = 0;
  UplinkPath path_;
  EchoTrack echoes_;
  UplinkState state_ = UplinkState::Absent;
  std::string evidence_ = "no such interface";
  Instant since_;
  Instant next_echo_ = Instant::max();
  Instant judge_at_ = Instant::max();  // Suspect: when the burst's silence counts
  unsigned burst_left_ = 0;
  unsigned answers_ = 0;   // in a row, in Probation
  unsigned silences_ = 0;  // in a row, in Probation and Down
  unsigned failures_ = 0;  // what hold-down doubles by
  std::optional<Duration> last_round_trip_;
  bool active_ = false;
  bool urgent_ = false;
};

}  // namespace karkara
