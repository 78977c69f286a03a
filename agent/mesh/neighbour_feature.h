// The neighbour as a backhaul: hears what neighbours' agents offer, chooses of whom to borrow, decides what is lent to
// whom, and says so. Refuses to lend what is borrowed (unless a second hop is configured), to lend while the battery
// rests or the truth fails, and to touch routes: advice() and guests() are what the uplinks plan with. Called by
// agent/site only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/uplink_advice.h"
#include "agent/mesh/hello_alarms.h"
#include "agent/mesh/lender_choice.h"
#include "agent/mesh/lent_ledger.h"
#include "agent/mesh/mesh_links.h"
#include "agent/mesh/neighbour.h"
#include "agent/mesh/neighbour_settings.h"
#include "agent/mesh/revoked_list.h"
#include "agent/mesh/surroundings.h"

namespace karkara {

class NeighbourFeature {
 public:
  // Of Persist.
  static constexpr const char* kStateKey = "neighbours-lent";
  static constexpr const char* kAddressKey = "neighbours-address";
  static constexpr const char* kRevokedKey = "neighbours-revoked";
  static constexpr std::size_t kMostNeighbours = 32;
  static constexpr Duration kForgetAfter = std::chrono::hours{1};   // who is not met any more
  static constexpr Duration kMoveAfter = std::chrono::seconds{60};  // to a better lender, while this one is good
  // A neighbour's knowledge of us is at most 3.15 s old, else it does not use us. Only who has said for longer than
  // that that it borrows lends on: so no two masts ever send each other's traffic round.
  static constexpr Duration kRelayAfter = std::chrono::seconds{4};
  // Without a hello from somebody who did not say that it ends: longer than an agent needs to begin anew.
  static constexpr Duration kHellosLost = std::chrono::seconds{30};
  static constexpr double kLossy = 0.5;
  static constexpr double kLossyNoMore = 0.25;
  static constexpr Dbm kHardlyHeard{-82};  // of the slowest rate of 20 MHz (IEEE 802.11-2020, 19.3.19.2)

  // What an earlier run persisted under these keys.
  struct Kept {
    std::string_view lent{};
    std::string_view address{};
    std::string_view revoked{};
  };
  NeighbourFeature(const std::optional<NeighbourSettings>& settings, const Kept& kept);

  Effects on(const NeighbourMet& event, Instant now);
  Effects on(const NeighbourLost& event, Instant now);
  Effects on(const HelloHeard& event, Instant now);
  Effects on(const HelloRefused& event, Instant now) { return refused_.on(event, now); }
  Effects on(const HelloState& event, Instant now);
  Effects on(const BatmanGatewaySet& event, Instant now);
  Effects on(const CertificatesRevoked& event, Instant now);
  void on(const FlowCountersRead& event, Instant now);
  // How the rest of the site stands; as often as one likes.
  Effects follow(const Surroundings& around, Instant now);
  Effects reconfigure(const std::optional<NeighbourSettings>& settings, Instant now);
  Effects tick(Instant now);
  [[nodiscard]] Effects keep() const;  // what must outlive a power cut
  [[nodiscard]] Effects stop() const;  // says to all that nothing is lent any more; keep() is for the disk
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] std::optional<UplinkAdvice> advice() const;  // of the uplink of the kind mesh
  [[nodiscard]] Guests guests() const;
  [[nodiscard]] const std::optional<SiteId>& lender() const { return lender_; }
  // For whoever looks after the radios: whose hellos are lost, though nobody said why.
  [[nodiscard]] std::vector<LostHellos> lost_hellos(Instant now) const;
  [[nodiscard]] std::uint64_t revoked_hash() const { return revoked_.hash(); }
  [[nodiscard]] LendingReport report(Instant now) const;
  [[nodiscard]] std::vector<Sample> samples(Instant now) const;
  [[nodiscard]] std::vector<CheckItem> check(Instant now) const;

 private:
  [[nodiscard]] Neighbour* find(const SiteId& site);
  [[nodiscard]] const Neighbour* find(const SiteId& site) const;
  [[nodiscard]] bool is_answered(const SiteId& site) const;
  // neighbour_changes.cc
  bool make_room_for(const SiteId& site, Effects& effects);
  static void lose(Neighbour& neighbour, Instant now);
  void forget_the_lost(Effects& effects, Instant now);
  static void forget(const Neighbour& neighbour, Effects& effects);
  void end_what_does_not_stay(const std::optional<NeighbourSettings>& next, bool moved, Effects& effects);
  void settle(Effects& effects, Instant now);
  void hear_silence(Effects& effects, Instant now);
  void choose_lender(Effects& effects, Instant now);
  void borrow_from(const std::optional<SiteId>& site, const std::string& why, Effects& effects);
  void doubt_lender(Instant now);
  void judge_relay(Instant now);
  // neighbour_lending.cc
  void lend(Effects& effects, Instant now);
  void speak(Effects& effects, Instant now);
  void say_end(Effects& effects) const;
  void count(Effects& effects, Instant now);
  void want(Effects& effects, Instant now);
  void tell_batman(Effects& effects, Instant now);
  [[nodiscard]] std::string lending_refusal() const;  // to anybody
  [[nodiscard]] std::string lending_refusal(const Neighbour& to) const;
  [[nodiscard]] std::string used_up(const Neighbour& to) const;
  [[nodiscard]] std::optional<std::uint64_t> credit_of(const Neighbour& to) const;
  [[nodiscard]] Hello hello_to(const Neighbour& to, Instant now) const;
  [[nodiscard]] Duration pace_of(const Neighbour& to, Instant now) const;
  [[nodiscard]] std::vector<IpAddress> addresses_to_lend(Effects& effects, Instant now);
  void admit(std::vector<IpAddress> admitted, Effects& effects, Instant now);
  // neighbour_radio.cc
  void learn_radio(Neighbour& neighbour, const Hello& hello, Instant now) const;
  [[nodiscard]] bool fades(const Neighbour& neighbour) const;
  void tell_radio(Hello& hello) const;
  // neighbour_address.cc
  void take_address();
  [[nodiscard]] std::string network_text() const;
  void learn_address(Neighbour& neighbour, const Hello& hello) const;
  void avoid_conflict(Neighbour& with, Effects& effects, Instant now);
  void step_aside(Effects& effects);
  [[nodiscard]] std::optional<IpAddress> taken_from(const Neighbour& to, Instant now) const;
  [[nodiscard]] NeighbourReport report_of(const Neighbour& neighbour, Instant now) const;
  [[nodiscard]] std::string role_of(const Neighbour& neighbour, Instant now) const;

  std::optional<NeighbourSettings> settings_;
  std::map<SiteId, Neighbour> neighbours_;
  Surroundings around_;
  Instant settled_at_{};
  LentLedger ledger_;
  HelloAlarms refused_;
  std::string trouble_ = "not begun yet";  // why no hello is spoken
  std::string kept_address_;               // network and salt, as persisted
  unsigned salt_ = 0;
  std::optional<IpAddress> transit_;  // ours
  std::optional<SiteId> lender_;
  std::optional<SiteId> better_;  // another one, since
  Instant better_since_{};
  std::optional<Instant> borrows_since_;  // our traffic goes through lender_
  bool relay_ = false;
  std::vector<IpAddress> admitted_;
  std::map<IpAddress, Instant> counted_;  // were admitted; until when their answers are counted
  RevokedList revoked_;
  std::optional<std::string> told_lending_;
  bool wanted_ = false;  // hellos, from the adapter
  bool told_wall_ = false;
  Instant want_at_{};
  Instant count_at_ = Instant::max();
  Instant save_at_ = Instant::max();
  std::string batman_;  // as it was told
  std::uint32_t batman_link_ = 0;
  Instant batman_at_{};
  Instant conflict_until_ = Instant::max();
};

}  // namespace karkara
