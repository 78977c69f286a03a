// A modem whose faults a test decides, and the feature that looks after it, in numeric time. The modem obeys commands
// with plausible delays; a probe tells what passes.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/cellular/cellular_feature.h"

namespace karkara {

inline constexpr const char* kGoodPin = "2580";
inline constexpr const char* kPassword = "s3cr3t-pa55";

[[nodiscard]] UplinkId uplink_id(const std::string& name);
[[nodiscard]] SimSettings sim_settings(std::uint32_t slot);
[[nodiscard]] CellularSettings one_modem();  // uplink "lte", slot 1
[[nodiscard]] CellularSettings two_slots();  // uplink "lte", slots 1 and 2

struct ModemNature {
  std::string pin;                         // empty: the SIM is open
  std::optional<std::uint32_t> tries = 3;  // nothing: it does not tell
  std::uint32_t hidden_tries = 3;          // what the SIM itself counts
  bool puk = false;
  Registration registration = Registration::Home;
  std::map<std::uint32_t, Registration> registration_of_slot;
  std::vector<bool> occupied;  // by slot; empty: no slots
  bool connects = true;
  bool passes = true;
  bool truth = true;  // what passes leads to the outside, as far as that is looked at
  std::map<std::uint32_t, bool> passes_in_slot;
  CellularVerdict verdict_when_bad = CellularVerdict::Silent;
  bool present = true;
  std::set<std::string> hangs;  // names of deeds that never end ("reset", "power-cycle")
  std::set<std::string> refuses;
  BearerIpMethod method = BearerIpMethod::Static;  // of what it connects with
  std::optional<Error> reboot_fails;
  std::optional<Error> power_fails;
  std::string cured_by;  // a deed that makes it pass again and ends all hanging
  std::map<std::uint32_t, std::string> pin_of_slot;
  std::map<std::uint32_t, double> rsrp_of_slot = {{1, -97}, {2, -97}};
  std::function<std::string(const std::string&)> ussd;  // answer to a code or reply
};

class ModemBench {
 public:
  ModemBench(CellularSettings settings, ModemNature nature = {}, std::string kept = {});

  void run_for(Duration time);
  void reload(CellularSettings settings) { take(feature_.reconfigure(std::move(settings), now_)); }
  void restart(CellularSettings settings);  // of the agent: only what was persisted stays
  void boot_modem(Duration after = std::chrono::seconds{1});
  void drop_bearer();
  void lose_modem();
  void tell();  // what the modem is now
  void set_circumstances(Circumstances site);
  void set_attended(bool attended) { take(feature_.set_attended(attended, now_)); }
  void bus(bool available);
  void set_verdict(CellularVerdict verdict);
  void set_rooms(std::vector<SimRoom> rooms);
  void set_use(bool carries, bool others_up, std::optional<Duration> idle = {});

  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] CellularReport report() const { return feature_.reports(now_).front(); }
  // Everything asked of the outside, in order: "connect", "power-cycle", "reboot", "switch-slot".
  [[nodiscard]] const std::vector<std::string>& deeds() const { return deeds_; }
  [[nodiscard]] long count(const std::string& deed) const;
  [[nodiscard]] std::vector<std::string> rungs() const;  // of the notes of recovery steps
  [[nodiscard]] bool alarm(CellularAlarm alarm) const;
  [[nodiscard]] const std::vector<CellularNote>& notes() const { return notes_; }
  [[nodiscard]] const std::string& said() const { return said_; }  // all notes, alarms and sentences as one text
  [[nodiscard]] const std::string& kept() const { return kept_; }
  void forget_deeds() { deeds_.clear(); }

  ModemNature modem;
  ModemFacts facts;
  std::vector<ModemConnect> connects;
  std::vector<PowerCycleModem> power_cycles;
  std::vector<RebootRouter> reboots;
  std::vector<SimBytesTold> told_bytes;
  std::vector<Persist> persists;
  CellularFeature& feature() { return feature_; }

 private:
  void take(CellularEffects effects);
  void follow();
  void obey(const ModemCommand& command);
  void obey_connect(std::uint64_t id);
  void obey_pin(std::uint64_t id, const std::string& pin);
  void recreate(Duration after);
  void radio_on();
  void answer(std::uint64_t id, Status status, Duration after, std::string text = {});
  void later(Duration after, std::function<void()> deed) { agenda_.emplace(now_ + after, std::move(deed)); }
  void probe();
  void cure(const std::string& deed);

  Instant now_{std::chrono::seconds{1000}};
  CellularFeature feature_;
  std::multimap<Instant, std::function<void()>> agenda_;
  unsigned life_ = 0;  // of the modem object: what an earlier one promised is void
  std::vector<std::string> deeds_;
  std::vector<CellularNote> notes_;
  std::map<CellularAlarm, bool> alarms_;
  std::string said_;
  std::string kept_;
  Circumstances site_;
  UplinkSight sight_{.idle = std::chrono::hours{1}};
};

inline ModemNature two_cards() {
  ModemNature nature;
  nature.occupied = {true, true};
  return nature;
}

// Of each note of a kind what it says last, such as why.
inline std::vector<std::string> last_fields(const ModemBench& bench, CellularNoteKind kind) {
  std::vector<std::string> all;
  for (const CellularNote& note : bench.notes()) {
    if (note.kind == kind) {
      all.push_back(note.fields.back().second);
    }
  }
  return all;
}

}  // namespace karkara
