#include "agent/mesh/peer_watch.h"

#include <fmt/format.h>

#include <algorithm>

namespace karkara {
namespace {

constexpr unsigned kHeardLooks = 2;
constexpr std::size_t kMostBeginnings = 16;
constexpr Duration kBeginningsWithin = std::chrono::hours{1};
constexpr std::int64_t kFewestBeginnings = 2;  // one is a mast that restarted

std::int64_t whole_seconds(Duration time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time).count();
}

void note(std::deque<Instant>& times, Instant now) {
  times.push_back(now);
  if (times.size() > kMostBeginnings) {
    times.pop_front();
  }
}

std::int64_t lately(const std::deque<Instant>& times, Instant now) {
  return std::count_if(times.begin(), times.end(), [&](Instant at) { return now - at <= kBeginningsWithin; });
}

}  // namespace

const char* word_of(PeerState state) {
  switch (state) {
    case PeerState::Peering: return "peering";
    case PeerState::Established: return "established";
    case PeerState::Silent: return "silent";
    case PeerState::Failing: return "failing";
    case PeerState::Stuck: return "stuck";
    case PeerState::Gone: return "gone";
  }
  return "";
}

void PeerWatch::see(const MeshPeerSeen& seen, Instant now) {
  if (gone_since_) {
    gone_since_.reset();
    note(anew_, now);
  }
  seen_ = seen;
  seen_at_ = now;
  const bool established = seen.link == PeerLink::Established;
  was_established_ = was_established_ || established;
  if (established) {
    peering_since_.reset();
  } else if (!peering_since_) {
    peering_since_ = now;
  }
  judge_silence();
  take_counters(now);
  state_ = judge(now);
}

void PeerWatch::judge_silence() {
  if (!seen_.inactive) {
    return;  // the driver does not tell
  }
  heard_in_a_row_ = *seen_.inactive < kHeardAgain ? heard_in_a_row_ + 1 : 0;
  if (silent_) {
    silent_ = heard_in_a_row_ < kHeardLooks;
  } else {
    silent_ = seen_.link == PeerLink::Established && *seen_.inactive > kSilent;
  }
}

void PeerWatch::take_counters(Instant now) {
  const bool heard = !silent_ && (!seen_.inactive || *seen_.inactive < kHeardAgain);
  switch (counters_.take(seen_, heard, now)) {
    case PeerCountersStep::First:
    case PeerCountersStep::Counted: break;
    case PeerCountersStep::CameAnew: note(anew_, now); break;
    case PeerCountersStep::Reset: note(resets_, now); break;
  }
  if (silent_) {
    counters_.forget();
  }
}

PeerState PeerWatch::judge(Instant now) const {
  if (silent_) {
    return PeerState::Silent;
  }
  if (seen_.link == PeerLink::Blocked || (peering_since_ && now - *peering_since_ >= kStuck)) {
    return PeerState::Stuck;
  }
  if (peering_since_) {
    return PeerState::Peering;
  }
  return counters_.is_failing() ? PeerState::Failing : PeerState::Established;
}

void PeerWatch::miss(Instant now) {
  if (gone_since_) {
    return;
  }
  gone_since_ = now;
  counters_ = {};
  heard_in_a_row_ = 0;
  peering_since_.reset();
  state_ = PeerState::Gone;
}

bool PeerWatch::is_forgotten(Instant now) const {
  return gone_since_ && (!was_established_ || now - *gone_since_ >= kRemembered);
}

Instant PeerWatch::silent_from() const {
  if (silent_ || gone_since_ || !seen_.inactive || seen_.link != PeerLink::Established) {
    return Instant::max();
  }
  return seen_at_ + (kSilent - std::min(*seen_.inactive, kSilent));
}

std::optional<Duration> PeerWatch::inactive(Instant now) const {
  if (!seen_.inactive) {
    return std::nullopt;
  }
  return gone_since_ ? *seen_.inactive + (now - seen_at_) : *seen_.inactive;
}

MeshPeerReport PeerWatch::report(Instant now) const {
  MeshPeerReport report;
  report.mac = mac_.text();
  report.interface = interface_;
  report.state = word_of(state_);
  report.trouble = trouble(now);
  report.inactive = inactive(now);
  if (gone_since_) {
    return report;  // what it was like says nothing of now
  }
  report.connected = seen_.connected;
  report.signal = seen_.signal;
  report.sending = seen_.sending;
  report.receiving = seen_.receiving;
  report.expected = seen_.expected;
  report.retry_ratio = counters_.retry_ratio();
  report.failed_ratio = counters_.failed_ratio();
  report.airtime = seen_.airtime;
  return report;
}

std::string PeerWatch::trouble(Instant now) const {
  switch (state_) {
    case PeerState::Gone:
      return fmt::format("the kernel dropped it {} s ago{}", whole_seconds(now - *gone_since_),
                         silent_ ? ", after it was silent" : "");
    case PeerState::Silent: return silence();
    case PeerState::Failing: return failures();
    case PeerState::Stuck:
      return seen_.link == PeerLink::Blocked
                 ? "the kernel was told to block it"
                 : fmt::format("it is heard, but no link is made for {} s; the limit is {} s",
                               whole_seconds(seen_at_ - *peering_since_), whole_seconds(kStuck));
    case PeerState::Peering: return "";
    case PeerState::Established: return beginnings(now);
  }
  return "";
}

std::string PeerWatch::silence() const {
  if (*seen_.inactive <= kSilent) {
    return fmt::format("heard again {} s ago; silent until {} looks in a row find it so",
                       whole_seconds(*seen_.inactive), kHeardLooks);
  }
  return fmt::format("nothing heard for {} s, the limit is {} s{}", whole_seconds(*seen_.inactive),
                     whole_seconds(kSilent),
                     seen_.link == PeerLink::Established ? ", though the kernel calls the link established" : "");
}

std::string PeerWatch::failures() const {
  const FailedPart part = counters_.judged().value_or(FailedPart{});
  const std::string numbers = fmt::format("{} of {} packets were not received", part.failed, part.sent);
  return part.ratio() > PeerCounters::kFailing
             ? fmt::format("{}, and as many before; the limit is half of at least {}, {} times in a row", numbers,
                           PeerCounters::kFewest, PeerCounters::kInARow)
             : fmt::format("{}, and more before; well again below a quarter", numbers);
}

std::string PeerWatch::beginnings(Instant now) const {
  if (!seen_.inactive) {
    return "its driver does not tell when it was heard: whether it is silent is not known";
  }
  if (const auto times = lately(anew_, now); times >= kFewestBeginnings) {
    return fmt::format("its link was made anew {} times within the hour", times);
  }
  if (const auto times = lately(resets_, now); times >= kFewestBeginnings) {
    return fmt::format("its driver began to count anew {} times within the hour", times);
  }
  return "";
}

}  // namespace karkara
