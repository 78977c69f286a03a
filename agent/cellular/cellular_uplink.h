// One cellular uplink: brings its modem from locked to connected, keeps it there, and cures it by the recovery ladder.
// One command at a time; refuses to send a doubtful PIN, to roam unasked, and to exceed its daily caps.
// Called by CellularFeature.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/cellular/cellular_effects.h"
#include "agent/cellular/cellular_memory.h"
#include "agent/cellular/cellular_report.h"
#include "agent/cellular/modem_watch.h"
#include "agent/cellular/pin_guard.h"
#include "agent/cellular/recovery_ladder.h"
#include "agent/cellular/settings.h"
#include "agent/cellular/slot_choice.h"
#include "agent/cellular/ussd_query.h"

namespace karkara {

// How the rest of the site stands.
struct Circumstances {
  bool any_uplink_up = false;
  std::optional<UplinkId> control_over;  // the uplink that carries the control traffic now
  std::optional<int> local_hour;         // 0 to 23, when the clock can be trusted
  bool way_out = false;                  // something may get out, also over an uplink that no anchor speaks for
  bool saving = false;                   // the battery is low
  friend bool operator==(const Circumstances&, const Circumstances&) = default;
};

// How one cellular uplink stands with the rest of the site.
struct UplinkSight {
  CellularVerdict verdict = CellularVerdict::Unknown;
  bool proven = false;  // and what it leads to is the outside, where that can be looked at
  std::vector<SimRoom> rooms{};
  bool carries = false;            // some class of traffic, or the router's own
  bool others_up = false;          // another uplink is
  std::optional<Duration> idle{};  // since when nobody uses it
};

struct StepContext {
  const Circumstances& circumstances;
  unsigned reboots_today;  // of the router, by every uplink
  std::uint64_t& next_id;
  bool attended = false;  // somebody looks at the signal now: measured each second
};

class CellularUplink {
 public:
  CellularUplink(CellularUplinkSettings settings, CellularMemory memory, Instant now);

  void see(const ModemFacts& facts, Instant now, CellularEffects& out);
  void lose(Instant now);
  void set_bus(bool available, Instant now);
  void look(UplinkSight sight, Instant now);
  void reconfigure(CellularUplinkSettings settings, Instant now);
  bool finish(const ModemCommandDone& done, Instant now, CellularEffects& out);  // false: not its command
  void step(const StepContext& context, Instant now, CellularEffects& out);      // after any of the above, and on time
  void retire(CellularEffects& out);                                             // clears the alarms
  [[nodiscard]] Instant next_deadline() const { return wake_; }

  [[nodiscard]] const CellularUplinkSettings& settings() const { return settings_; }
  [[nodiscard]] const CellularMemory& memory() const { return memory_; }
  [[nodiscard]] bool take_changed() { return std::exchange(memory_changed_, false); }
  [[nodiscard]] const ModemFacts* facts() const { return watch_.facts(); }
  [[nodiscard]] const std::string& device() const { return device_; }  // the modem it had last, or has
  [[nodiscard]] CellularReport report(Instant now) const;
  // For the person on the mast. unclaimed: modems on the bus that are nobody's.
  [[nodiscard]] CheckItem check(const std::vector<ModemFacts>& unclaimed, Instant now) const;

 private:
  enum class Kind : std::uint8_t {
    Enable,
    Disable,
    Connect,
    Disconnect,
    Reset,
    Pin,
    Slot,
    Ussd,
    Signal,
    Power,
    Reboot
  };
  struct Pending {
    std::uint64_t id;
    Kind kind;
    Instant give_up;
  };
  // A PIN that will be sent: first it only waits, and counts for nothing; then it is given to the disk as tried.
  struct PlannedPin {
    std::string key;
    Instant write_at;
    std::optional<Instant> send_at{};    // written
    std::optional<PinAttempt> before{};  // what was remembered until then
  };
  struct Card {
    std::uint32_t slot = 0;
    std::optional<std::string> iccid;
    friend bool operator==(const Card&, const Card&) = default;
  };
  // The session is about to be cut for good reason: who can go elsewhere does so before.
  struct Leaving {
    std::string why;
    Instant at;
  };
  static Rung rung_beyond(Kind hanging);
  void issue(Kind kind, ModemDeed deed, const StepContext& context, Instant now, CellularEffects& out);
  void conclude(Kind kind, const Status& status, const std::string& text, Instant now, CellularEffects& out);
  void tell_failure(Kind kind, const Error& error, Instant now, CellularEffects& out);
  void conclude_connect(const Status& status, Instant now);
  void conclude_pin(const Status& status);
  void conclude_cure(Kind kind, const Status& status, const std::string& text, Instant now, CellularEffects& out);
  void conclude_ussd(const Status& status, const std::string& text, Instant now, CellularEffects& out);
  void take_balance(const UssdBalance& read, Instant now, CellularEffects& out);
  [[nodiscard]] const KeptBalance* kept_balance() const;  // of the SIM that is in
  void report_balance(CellularReport& report) const;
  void report_sims(CellularReport& report) const;
  void report_spares(CellularReport& report, Instant now) const;
  void act(const StepContext& context, Instant now, CellularEffects& out);
  void follow_state(const StepContext& context, Instant now, CellularEffects& out);
  void unlock(const StepContext& context, Instant now, CellularEffects& out);
  bool plan_pin(Instant now);  // true: it is time to send it
  void drop_planned_pin();
  void remember_card(const ModemFacts& facts);
  void adopt_pin(std::uint32_t slot, const std::string& iccid);
  void forget_pins_of_open_card(const ModemFacts& facts);
  void be_connected(const StepContext& context, Instant now, CellularEffects& out);
  bool apply_settings(const SimSettings& card, const StepContext& context, Instant now, CellularEffects& out);
  [[nodiscard]] bool is_missed(const StepContext& context) const;  // were its session cut now
  bool may_cut(const std::string& why, bool urgent, Instant now);  // else it is leaving, or stays
  void idle_deeds(const StepContext& context, Instant now, CellularEffects& out);
  bool climb(ModemTrouble trouble, const StepContext& context, Instant now, CellularEffects& out);
  void carry_out(Rung rung, ModemTrouble trouble, const StepContext& context, Instant now, CellularEffects& out);
  [[nodiscard]] SlotSituation slot_situation(const StepContext& context, Instant now) const;  // without a cause
  bool return_to_preferred(const StepContext& context, Instant now, CellularEffects& out);
  void switch_slot(std::uint32_t to, SlotCause why, const StepContext& context, Instant now, CellularEffects& out);
  void cut_power(const StepContext& context, Instant now, CellularEffects& out);
  // A spare SIM that is looked at, in spare_check.cc.
  bool check_spare(const StepContext& context, Instant now, CellularEffects& out);  // true: nothing else is to be done
  bool follow_check(const StepContext& context, Instant now, CellularEffects& out);
  bool go_home(const StepContext& context, Instant now, CellularEffects& out);
  void end_check();
  void note_proof(std::uint32_t slot, SimProof proof, Instant now);
  void see_use(Instant now);  // what the SIM in use proves by being used
  [[nodiscard]] std::optional<SimProof> judge_spare(Instant now);
  [[nodiscard]] std::optional<SimProof> closed_spare() const;
  [[nodiscard]] std::optional<std::uint32_t> spare_due(const StepContext& context, Instant now);
  [[nodiscard]] std::vector<std::pair<const SimSettings*, const SlotRecord*>> spares() const;
  void tell_spares(Instant now, CellularEffects& out);
  void set_alarm(CellularAlarm alarm, bool raised, Fields fields, CellularEffects& out);
  void tell_radio_alarms(Instant now, CellularEffects& out);
  bool move_slot(bool rungs_failed, const StepContext& context, Instant now, CellularEffects& out);
  void tell_alarms(Instant now, CellularEffects& out);
  void set_back(Instant& not_before, Instant now);  // doubles the pause before the next attempt
  [[nodiscard]] bool may_climb(Rung rung, const StepContext& context, Instant now) const;
  [[nodiscard]] std::optional<ModemTrouble> trouble(Instant now);
  [[nodiscard]] std::optional<SlotCause> slot_cause(bool rungs_failed, Instant now);
  [[nodiscard]] bool wants_balance(const StepContext& context, Instant now);
  [[nodiscard]] bool wants_signal_every(std::uint32_t seconds, Instant now);
  [[nodiscard]] const SimSettings* sim() const;      // of the active slot
  [[nodiscard]] std::uint32_t active_slot() const {  // 0: the only one, or no modem
    return facts() ? facts()->active_slot.value_or(0) : 0;
  }
  [[nodiscard]] const PinAttempt* pin_attempt() const;  // on the card that is in
  [[nodiscard]] Card card() const { return {active_slot(), facts() ? facts()->iccid : std::nullopt}; }
  [[nodiscard]] PinVerdict pin_verdict() const;
  [[nodiscard]] CellularNote note(CellularNoteKind kind, Fields fields) const {
    return {kind, settings_.id, std::move(fields)};
  }

  CellularUplinkSettings settings_;
  CellularMemory memory_;
  bool memory_changed_ = false;
  ModemWatch watch_;
  RecoveryLadder ladder_;
  std::string device_;
  std::string path_;
  std::optional<bool> bus_available_;
  std::optional<Pending> pending_;
  std::optional<Rung> hung_;  // a command never ended: the gentlest rung that may still help
  unsigned setbacks_ = 0;     // in a row; what the pause doubles by
  unsigned connect_failures_ = 0;
  Instant connect_at_;
  Instant enable_at_;
  Instant pin_at_;
  Instant slot_settled_at_;
  std::optional<PlannedPin> planned_pin_;
  std::optional<PlannedPin> sent_pin_;  // on its way, or the last one
  std::uint32_t joining_ = 0;           // fingerprint of the settings that a connection is asked for with
  bool session_ended_ = false;          // the one that was begun by us: what follows may be somebody else's
  std::optional<Leaving> leaving_;
  Instant cut_not_before_;
  bool still_leaving_ = false;  // in this step somebody wanted it
  struct Missing {
    Instant look_again;
    std::string why;
  };
  std::map<Rung, Missing> missing_;  // what the site turned out not to have
  Instant check_again_at_;           // of the way home
  unsigned ways_home_ = 0;           // that were tried
  std::optional<SimProof> closed_;   // what a spare SIM looks like, and since when
  Instant closed_since_;
  std::set<std::uint32_t> unreached_;  // slots that the modem did not change to when they were to be looked at
  struct SignalAsked {
    std::string path;  // of the modem that was told to measure
    std::uint32_t seconds = 0;
    friend bool operator==(const SignalAsked&, const SignalAsked&) = default;
  };
  SignalAsked signal_asked_;
  Instant signal_again_at_;
  std::optional<UssdQuery> ussd_;
  Card ussd_card_;  // the card that is asked
  std::optional<ModemDeed> ussd_next_;
  std::optional<UssdBalance> balance_;  // the last answer, also one that was not understood
  std::string balance_of_;              // the ICCID that it is of
  UplinkSight sight_;
  std::map<CellularAlarm, bool> told_alarms_;
  Instant wake_ = Instant::max();
};

}  // namespace karkara
