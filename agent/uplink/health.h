// Whether one uplink reaches the outside: evidence in, a state out. Carrier and addresses come from the kernel, a
// suspicion from unanswered traffic, the truth from authenticated echoes to anchors. Refuses to choose between uplinks:
// agent/uplink/choice does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/events.h"
#include "agent/uplink/burst.h"
#include "agent/uplink/damping.h"
#include "agent/uplink/echo_track.h"
#include "agent/uplink/link_quality.h"
#include "agent/uplink/passive.h"
#include "agent/uplink/path.h"
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
  // What a report shows instead, when more is known than health: see agent/uplink/standing.h.
  Recover = 7,  // down, and the modem is being brought back
  Portal = 8,   // somebody else answers: a walled garden, a bundle that is used up
  Held = 9,     // good perhaps, and must not be used
  Drain = 10,   // up, and about to be lost: new flows leave
};
[[nodiscard]] std::string_view to_string(UplinkState state);

// An echo that health wants on the wire; the feature adds interface and mark.
struct WantedEcho {
  AnchorEndpoint anchor;
  std::uint64_t nonce = 0;
};

// What its budget of probe bytes leaves it. The less there is, the rarer are keepalives and the longer traffic must be
// unanswered before an anchor is asked, so that there is something left when a failure comes.
struct Asking {
  bool allowed = true;
  double thrift = 0;    // 0: as often as it likes; 1: nearly nothing is left
  bool plenty = false;  // also for what is only good to know
};

class UplinkHealth {
 public:
  UplinkHealth(UplinkSettings settings, Duration hold_down, Duration hold_down_max, std::uint64_t nonce_seed);

  using Echoes = std::vector<WantedEcho>;
  Echoes see_path(const UplinkPath& path, Instant now);
  Echoes set_anchors(std::vector<AnchorEndpoint> anchors, Instant now);
  Echoes on(const EchoAnswered& answer, Instant now);
  Echoes on(const EchoFailed& failure, Instant now);
  Echoes see_traffic(PassiveEvidence::Count count, Instant now);
  Echoes tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] Instant next_look() const;  // when its traffic should be counted next; max(): it need not be

  // active: it carries traffic. urgent: no uplink is up, so a dead one is asked more often.
  void set_role(bool active, bool urgent, Instant now);
  void may_ask(Asking asking, Instant now);
  // Of others, who learn from the round trips; heard while the budget is plentiful.
  void wish_echoes(std::optional<Duration> each, Instant now);
  void condemn(std::string why, Instant now);  // what comes back is known not to be the outside's
  void reconfigure(const UplinkSettings& settings, Duration hold_down, Duration hold_down_max, Instant now);
  void restore(const Damping& damping);  // of an earlier run, before anything else

  [[nodiscard]] UplinkState state() const { return state_; }
  [[nodiscard]] Instant since() const { return since_; }
  [[nodiscard]] const UplinkPath& path() const { return path_; }
  [[nodiscard]] const EchoTrack& echoes() const { return echoes_; }
  [[nodiscard]] const LinkQuality& quality() const { return quality_; }  // while it is up; else nothing is known
  [[nodiscard]] const UplinkSettings& settings() const { return settings_; }
  [[nodiscard]] bool heard_in_probation() const { return answers_ > 0; }
  // In Probation, and the budget of echoes is spent: nothing speaks against it.
  [[nodiscard]] bool unasked() const { return state_ == UplinkState::Probation && !asking_.allowed; }
  // In Probation: since when it could have proved itself.
  [[nodiscard]] Instant unproven_since() const { return std::max(since_, asked_since_); }
  [[nodiscard]] std::string evidence() const { return evidence_; }
  [[nodiscard]] const AnchorEndpoint* answering_anchor() const {  // the last that answered, or any; may be null
    return anchors_.empty() ? nullptr : &anchors_[next_anchor_ % anchors_.size()];
  }
  [[nodiscard]] const PassiveEvidence& traffic() const { return traffic_; }
  [[nodiscard]] bool only_traffic_speaks_for_it() const;  // flows are answered, and no anchor is
  [[nodiscard]] std::optional<Duration> last_round_trip() const { return last_round_trip_; }
  [[nodiscard]] Damping damping() const;
  [[nodiscard]] Duration hold_down_left(Instant now) const;  // in Probation: how long it still has to stay good

 private:
  void enter(UplinkState state, std::string evidence, Instant now);
  bool pick_anchors();  // true: they are others than before
  [[nodiscard]] std::string no_anchor() const;
  void forgive(Instant now);           // once it is up for long
  void leave_good(Instant now);        // a failure of an uplink that was up lengthens its next probation
  void weigh(bool lost, Instant now);  // an echo of an uplink that is up
  Echoes start_probation(Instant now);
  Echoes send(Instant now);
  Echoes send_due(Instant now);
  Echoes send_burst_step(Instant now);
  Echoes suspect(std::string why, std::span<const Duration> burst, Instant now);
  Echoes on_silence(Instant now);
  void judge(Instant now);
  void judge_suspect(Instant now);
  void judge_unasked(Instant now);
  void clear(std::string why, Instant now);  // of a suspicion
  void fall(std::string why, Instant now);
  [[nodiscard]] bool traffic_is_answered(Instant now) const;
  [[nodiscard]] Duration patience() const;
  [[nodiscard]] Duration verdict_time() const;
  static constexpr Duration kProbationPace = std::chrono::seconds{1};
  static constexpr Duration kDownPace = std::chrono::seconds{2};
  static constexpr unsigned kAnswersToRise = 3;
  static constexpr unsigned kSilencesToDoubtAnchors = 5;
  // With traffic that is answered echoes tell little more, so that they are few.
  static constexpr Duration kBusyEchoPause = std::chrono::seconds{10};
  [[nodiscard]] Duration active_pause(Instant now) const;
  [[nodiscard]] Duration echo_interval(Instant now) const;
  [[nodiscard]] Duration probation_length() const;

  UplinkSettings settings_;
  Duration hold_down_;
  Duration hold_down_max_;
  std::uint64_t nonce_state_;
  std::vector<AnchorEndpoint> known_anchors_;
  std::vector<AnchorEndpoint> anchors_;  // those of them that the path's address can ask
  std::size_t next_anchor_ = 0;
  UplinkPath path_;
  EchoTrack echoes_;
  LinkQuality quality_;
  UplinkState state_ = UplinkState::Absent;
  std::string evidence_ = "no such interface";
  Instant since_;
  Instant asked_since_;  // since when the budget lets anchors be asked
  Instant next_echo_ = Instant::max();
  PassiveEvidence traffic_;
  Instant last_look_ = Instant{};
  Burst burst_;
  Instant suspected_at_{};
  Instant judge_at_ = Instant::max();  // Suspect: when the burst's silence counts
  unsigned answers_ = 0;               // in a row, in Probation
  unsigned silences_ = 0;              // in a row, in Probation and Down
  unsigned failures_ = 0;              // what hold-down doubles by
  bool served_ = false;                // it was up after the last of them, in an earlier run
  std::optional<Duration> last_round_trip_;
  bool active_ = false;
  bool urgent_ = false;
  Asking asking_;
  std::optional<Duration> wish_;
};

}  // namespace karkara
