// One neighbour mast on one mesh interface: judged at each look by when it was heard and by what it did not receive.
// The kernel's own word, "established", holds on for minutes after a mast went off. Refuses to act: it only tells.
// Composed by MeshWatch.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "agent/facts/mesh.h"
#include "agent/mesh/peer_counters.h"
#include "common/time.h"

namespace karkara {

enum class PeerState : std::uint8_t {
  Peering,      // not established yet
  Established,  // and heard
  Silent,       // was established, and nothing is heard of it
  Failing,      // heard, but most of what is sent to it does not arrive
  Stuck,        // tries to peer for long, or may not
  Gone,         // was established, and the kernel knows it no longer
};
[[nodiscard]] const char* word_of(PeerState state);

class PeerWatch {
 public:
  // Ten of Linux's mesh beacons (1000 TU): with each of them a peer counts as heard.
  static constexpr Duration kSilent = std::chrono::seconds{10};
  static constexpr Duration kHeardAgain = kSilent / 2;  // at two looks in a row
  static constexpr Duration kStuck = std::chrono::seconds{60};
  static constexpr Duration kRemembered = std::chrono::hours{1};  // after it is gone

  PeerWatch(std::string interface, MacAddress mac) : interface_{std::move(interface)}, mac_{mac} {}

  void see(const MeshPeerSeen& seen, Instant now);
  void miss(Instant now);  // a whole look did not show it

  [[nodiscard]] PeerState state() const { return state_; }
  [[nodiscard]] bool is_silent() const { return silent_; }  // holds on after it is gone
  [[nodiscard]] bool is_failing() const { return state_ == PeerState::Failing; }
  [[nodiscard]] bool is_forgotten(Instant now) const;
  // When it would count as silent if it is not heard again; never for one that is not established.
  [[nodiscard]] Instant silent_from() const;
  [[nodiscard]] const std::string& interface() const { return interface_; }
  [[nodiscard]] const MacAddress& mac() const { return mac_; }
  [[nodiscard]] const MeshPeerSeen& seen() const { return seen_; }
  [[nodiscard]] std::optional<FailedPart> failed() const { return counters_.judged(); }
  [[nodiscard]] std::optional<Duration> inactive(Instant now) const;  // of one that is not heard it goes on
  [[nodiscard]] MeshPeerReport report(Instant now) const;

 private:
  void judge_silence();
  void take_counters(Instant now);
  [[nodiscard]] PeerState judge(Instant now) const;
  [[nodiscard]] std::string trouble(Instant now) const;
  [[nodiscard]] std::string silence() const;
  [[nodiscard]] std::string failures() const;
  [[nodiscard]] std::string beginnings(Instant now) const;

  std::string interface_;
  MacAddress mac_;
  MeshPeerSeen seen_;
  Instant seen_at_;
  PeerCounters counters_;
  PeerState state_ = PeerState::Peering;
  bool was_established_ = false;
  bool silent_ = false;
  unsigned heard_in_a_row_ = 0;
  std::optional<Instant> peering_since_;
  std::optional<Instant> gone_since_;
  std::deque<Instant> anew_;  // when its link was made anew
  std::deque<Instant> resets_;
};

}  // namespace karkara
