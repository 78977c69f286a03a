// The ladder for links of one mesh interface that do not recover by themselves: kick the peer, scan, join the mesh
// anew, reset the radio. Each rung has its time to help, a pause and a number a day; what would cut links that work is
// done only when none does. Refuses to act while the interface rests. Pure; composed by WifiFeature.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "agent/mesh/mesh_links.h"
#include "agent/wifi/recovery_memory.h"
#include "common/time.h"

namespace karkara {

enum class RecoveryRung : std::uint8_t { Kick, Scan, Rejoin, Reset };
[[nodiscard]] const char* word_of(RecoveryRung rung);

struct RecoveryDeed {
  RecoveryRung rung = RecoveryRung::Kick;
  MacAddress peer{};  // of a kick
  std::string why;
};

class MeshRecovery {
 public:
  struct Terms {
    Duration helps;       // how long it is given
    Duration pause;       // between two
    std::uint32_t a_day;  // at most
  };
  static constexpr std::array<Terms, 4> kTerms{{{std::chrono::seconds{15}, std::chrono::seconds{30}, 48},
                                                {std::chrono::seconds{20}, std::chrono::minutes{2}, 24},
                                                {std::chrono::seconds{40}, std::chrono::minutes{5}, 12},
                                                {std::chrono::seconds{60}, std::chrono::hours{1}, 2}}};
  static constexpr Duration kFirstRest = std::chrono::minutes{10};  // behind the last rung, doubling
  static constexpr Duration kMostRest = std::chrono::hours{6};
  static constexpr Duration kWell = std::chrono::hours{1};  // after that the first rest holds again

  // What is next, by what was judged last; counts it in 'today'.
  [[nodiscard]] std::optional<RecoveryDeed> follow(const MeshLinks& links, RecoveryCounts& today, Instant now);
  void rest();  // it is off, or may not send: the ladder begins anew then, and its pauses hold
  [[nodiscard]] Instant next_deadline() const { return wake_; }

  [[nodiscard]] bool is_stuck() const { return exhausted_; }  // all rungs were tried and nobody is heard
  [[nodiscard]] std::string text() const { return text_; }

 private:
  struct Ailment {
    bool deaf = false;     // no link works
    bool proven = false;   // and one did: a stranger who does not get in is no reason to reset a village's radio
    bool doubted = false;  // all that is known is that one agent says nothing any more: it may be its own fault
    MacAddress peer{};
    std::string why{};
  };
  [[nodiscard]] std::optional<Ailment> ailment_of(const MeshLinks& links);
  [[nodiscard]] bool may(RecoveryRung rung, const Ailment& ailment, const RecoveryCounts& today, Instant now) const;
  void recovered(Instant now);
  void give_up(const Ailment& ailment, Instant now);

  unsigned next_ = 0;     // rung
  unsigned kicked_ = 0;   // which of the bad peers is next
  Instant wait_until_{};  // for the last deed to help
  Instant wake_ = Instant::max();
  std::array<std::optional<Instant>, 4> done_{};  // when last
  unsigned rounds_ = 0;                           // that did not help
  std::optional<Instant> well_since_{};
  bool exhausted_ = false;
  std::string text_;
};

}  // namespace karkara
