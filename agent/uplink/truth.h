// What one uplink really leads to, from signed content, a resolver's word, the echoes and the village's traffic
// together: the outside, a portal (or a bundle used up), or nothing; and when to check again. Refuses to probe on
// suspicion alone more often than its pauses, and to judge the echoes: agent/uplink/health does. Called by the uplink
// feature.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/facts/truth.h"
#include "common/time.h"

namespace karkara {

// The numbers are a series.
enum class Truth : std::uint8_t {
  Unknown = 0,   // not checked since the last change, or nothing to check with
  Proven = 1,    // signed content came, and names are right
  Portal = 2,    // somebody else answers for the outside, or nothing but our echoes passes
  Silent = 3,    // echoes are silent and so is everything else
  Tampered = 4,  // the outside is reached, but somebody changes content or names
};
[[nodiscard]] std::string_view to_string(Truth truth);

struct TruthPolicy {
  bool content = true;   // an anchor serves signed content
  bool resolver = true;  // there are a resolver, a name and its addresses
  Duration interval = std::chrono::hours{6};
  Duration first_pause = std::chrono::minutes{1};  // between checks on suspicion; doubles
  Duration longest_pause = std::chrono::hours{1};
  Duration confirm_pause = std::chrono::seconds{5};  // before the look that confirms a wall that lets echoes pass
  friend bool operator==(const TruthPolicy&, const TruthPolicy&) = default;
};

// What the uplink looks like from health. Silent: down by its echoes. Unknown: not decided (probation, suspicion), and
// what was last seen under this address stays.
enum class EchoSight : std::uint8_t { Unknown, Answering, Silent };
struct TruthSight {
  std::optional<IpAddress> source;  // nothing: no carrier or no address
  EchoSight echoes = EchoSight::Unknown;
  bool unanswered = false;  // the village's packets are, although the anchors answer
  friend bool operator==(const TruthSight&, const TruthSight&) = default;
};

// Checks to start now, each named once; the feature adds interface, mark and addresses.
struct TruthWants {
  std::optional<std::uint64_t> content;  // with this nonce
  bool resolver = false;
  [[nodiscard]] bool any() const { return content.has_value() || resolver; }
};

class UplinkTruth {
 public:
  // What a check costs on the wire at most when it succeeds, for a budget to be asked beforehand (IPv6).
  static constexpr std::uint64_t kContentBytes = 1300;
  static constexpr std::uint64_t kResolverBytes = 300;

  UplinkTruth(UplinkId uplink, TruthPolicy policy, std::uint64_t nonce_seed);

  void see(const TruthSight& seen, Instant now);
  void reconfigure(const TruthPolicy& policy, Instant now);
  void on(const ContentChecked& checked, Instant now);
  void on(const ResolverChecked& checked, Instant now);
  void tick(Instant now);  // answers that never came
  // Takes them: started checks are under way until their events come. Not called while the budget is spent.
  [[nodiscard]] TruthWants wants(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] Truth verdict() const { return verdict_; }
  [[nodiscard]] const std::string& evidence() const { return evidence_; }
  [[nodiscard]] Instant since() const { return since_; }
  [[nodiscard]] unsigned silences() const { return silences_; }  // checks in a row that nobody answered
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }   // of all checks since start

 private:
  void forget();  // what was found out is about another time
  void plan(Instant now);
  void settle(Instant now);
  void conclude(Instant now);
  void weigh(Instant now);
  [[nodiscard]] Duration next_pause();
  [[nodiscard]] bool walled() const;
  [[nodiscard]] Truth judge() const;
  [[nodiscard]] std::string describe() const;

  UplinkId uplink_;
  TruthPolicy policy_;
  std::uint64_t nonce_state_;
  TruthSight sight_;
  std::optional<std::uint64_t> content_under_way_;
  bool resolver_under_way_ = false;
  Instant give_up_ = Instant::max();
  std::optional<ContentChecked> content_;
  std::optional<ResolverChecked> resolver_;
  Instant due_ = Instant::max();
  Duration pause_;  // the next on suspicion
  Instant not_before_;
  Instant not_before_on_rise_;
  Instant not_before_on_doubt_;
  Duration doubt_pause_;      // before the next doubt is looked into; doubles with each that was wrong
  bool doubted_ = false;      // why the check that is due was planned
  unsigned strikes_ = 0;      // looks in a row that saw a wall while the anchors answered
  bool served_here_ = false;  // signed content came over this uplink: whoever does not serve it is not a wall
  Truth verdict_ = Truth::Unknown;
  std::string evidence_ = "not checked yet";
  Instant since_;
  unsigned silences_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace karkara
