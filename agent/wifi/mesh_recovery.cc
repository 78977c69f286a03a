#include "agent/wifi/mesh_recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace karkara {
namespace {

constexpr unsigned kRungs = 4;
constexpr unsigned kMostRestDoublings = 6;
constexpr std::size_t kFewestMute = 2;  // neighbours whose agents do not end in one moment by chance

std::uint32_t& count_of(RecoveryCounts& counts, RecoveryRung rung) {
  switch (rung) {
    case RecoveryRung::Kick: return counts.kicks;
    case RecoveryRung::Scan: return counts.scans;
    case RecoveryRung::Rejoin: return counts.rejoins;
    case RecoveryRung::Reset: return counts.resets;
  }
  return counts.resets;
}

// One agent may have several radios that we hear; the reason of each mute link names it.
std::size_t mute_agents(const MeshLinks& links) {
  std::set<std::string> agents;
  for (const MeshLink& link : links.links) {
    if (link.mute) {
      agents.insert(link.why);
    }
  }
  return agents.size();
}

}  // namespace

const char* word_of(RecoveryRung rung) {
  switch (rung) {
    case RecoveryRung::Kick: return "kick";
    case RecoveryRung::Scan: return "scan";
    case RecoveryRung::Rejoin: return "rejoin";
    case RecoveryRung::Reset: return "reset";
  }
  return "?";
}

// Of several bad peers each is kicked in its turn.
std::optional<MeshRecovery::Ailment> MeshRecovery::ailment_of(const MeshLinks& links) {
  if (links.not_joined) {
    return Ailment{true, true, false, {}, "in no mesh"};
  }
  std::vector<const MeshLink*> bad;
  for (const MeshLink& link : links.links) {
    if (link.bad) {
      bad.push_back(&link);
    }
  }
  if (bad.empty()) {
    return std::nullopt;
  }
  const bool heard = std::ranges::any_of(links.links, &MeshLink::heard);
  const bool deaf = std::ranges::none_of(links.links, [](const MeshLink& link) { return link.heard && !link.mute; });
  const bool proven = std::ranges::any_of(bad, [](const MeshLink* link) { return link->proven; });
  const MeshLink& chosen = *bad[kicked_ % bad.size()];
  return Ailment{deaf, proven, heard && mute_agents(links) < kFewestMute, chosen.peer,
                 fmt::format("{} is {}{}", chosen.peer.text(), chosen.why,
                             !deaf   ? ""
                             : heard ? ", and nothing comes over any link"
                                     : ", and nobody is heard")};
}

bool MeshRecovery::may(RecoveryRung rung, const Ailment& ailment, const RecoveryCounts& today, Instant now) const {
  const auto number = static_cast<std::size_t>(rung);
  RecoveryCounts counts = today;
  if (count_of(counts, rung) >= kTerms[number].a_day ||
      (done_[number] && now - *done_[number] < kTerms[number].pause)) {
    return false;
  }
  if (rung == RecoveryRung::Kick) {
    return !ailment.peer.is_zero();
  }
  const bool may_reset = ailment.proven && !ailment.doubted;
  return rung == RecoveryRung::Scan || (ailment.deaf && (rung == RecoveryRung::Rejoin || may_reset));
}

std::optional<RecoveryDeed> MeshRecovery::follow(const MeshLinks& links, RecoveryCounts& today, Instant now) {
  wake_ = Instant::max();
  const auto ailment = ailment_of(links);
  if (!ailment) {
    recovered(now);
    return std::nullopt;
  }
  well_since_.reset();
  if (now < wait_until_) {
    wake_ = wait_until_;
    return std::nullopt;
  }
  for (; next_ < kRungs; ++next_) {
    const auto rung = static_cast<RecoveryRung>(next_);
    if (!may(rung, *ailment, today, now)) {
      continue;
    }
    ++next_;
    kicked_ += rung == RecoveryRung::Kick ? 1 : 0;
    ++count_of(today, rung);
    const auto number = static_cast<std::size_t>(rung);
    done_[number] = now;
    wait_until_ = now + kTerms[number].helps;
    wake_ = wait_until_;
    text_ = fmt::format("{}: {} tried", ailment->why, word_of(rung));
    return RecoveryDeed{rung, ailment->peer, ailment->why};
  }
  give_up(*ailment, now);
  return std::nullopt;
}

void MeshRecovery::rest() {
  const auto done = done_;
  *this = {};
  done_ = done;
}

void MeshRecovery::recovered(Instant now) {
  if (!well_since_) {
    well_since_ = now;
  }
  next_ = 0;
  wait_until_ = Instant{};
  exhausted_ = false;
  text_ = "nothing to recover";
  if (now - *well_since_ >= kWell) {
    rounds_ = 0;
  }
}

void MeshRecovery::give_up(const Ailment& ailment, Instant now) {
  const Duration rest = std::min(kMostRest, kFirstRest * (1U << std::min(rounds_, kMostRestDoublings)));
  ++rounds_;
  exhausted_ = ailment.deaf && ailment.proven && !ailment.doubted;
  next_ = 0;
  wait_until_ = now + rest;
  wake_ = wait_until_;
  text_ = fmt::format("{}: nothing helped, again in {} min", ailment.why,
                      std::chrono::duration_cast<std::chrono::minutes>(rest).count());
}

}  // namespace karkara
