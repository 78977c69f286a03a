#include "agent/codec/round_trip_match.h"

#include <algorithm>
#include <array>

namespace karkara {
namespace {

constexpr std::size_t kPlaces = 8;  // where a question may be
static_assert(RoundTripMatch::kMostQuestions % kPlaces == 0);

// Bytes one after another, of at most two addresses and two ports.
class Joined {
 public:
  Joined& add(std::span<const std::byte> bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
    return *this;
  }
  template <class Number>
  Joined& add_number(Number number) {
    return add(std::as_bytes(std::span{&number, 1}));
  }
  [[nodiscard]] std::span<const std::byte> bytes() const { return std::span{bytes_}.first(size_); }

 private:
  std::array<std::byte, 36> bytes_{};
  std::size_t size_ = 0;
};

std::uint64_t number_of_flow(const SipKey& seed, const IpEndpoint& near, const IpEndpoint& far) {
  Joined joined;
  joined.add(near.address.bytes()).add(far.address.bytes()).add_number(near.port).add_number(far.port);
  return sip_hash(seed, joined.bytes());
}

bool is_old(StampedAt asked, StampedAt at) {
  return at - asked > RoundTripMatch::kLongest;
}

}  // namespace

RoundTripMatch::RoundTripMatch(const SipKey& seed) : seed_{seed}, questions_(kMostQuestions) {}

void RoundTripMatch::look(Instant now, StampedAt wall) {
  const Duration ahead = wall - now.since_boot();
  if (wall_ahead_ && (ahead > *wall_ahead_ + kClockSlack || ahead < *wall_ahead_ - kClockSlack)) {
    // Packets that were stamped by the clock as it was may still come.
    forget();
    believed_from_ = wall + kClockSettles;
  }
  wall_ahead_ = ahead;
  now_ = now;
  wall_ = wall;
}

void RoundTripMatch::on(const TcpStamp& stamp, bool outgoing, StampedAt at) {
  if (!wall_ahead_ || at < believed_from_ || at > wall_ + kClockSlack) {
    return;
  }
  const IpEndpoint& far = outgoing ? stamp.to : stamp.from;
  const std::uint64_t flow = number_of_flow(seed_, outgoing ? stamp.from : stamp.to, far);
  if (outgoing) {
    // What may have begun unseen is kept like what was answered: nothing of its tick asks any more.
    ask({key_of(flow, stamp.value), at, stamp.has_data, may_have_begun_unseen(flow, stamp.value, at)});
    return;
  }
  if (!stamp.ack || stamp.echo == 0) {  // 0 is what is sent while nothing was heard
    return;
  }
  if (const auto round_trip = answer(key_of(flow, stamp.echo), stamp.has_data, at)) {
    gather(flow, stamp, *round_trip, Instant{at - *wall_ahead_});
  }
}

std::span<RoundTripMatch::Question> RoundTripMatch::places_of(std::uint64_t key) {
  return std::span{questions_}.subspan(key % (kMostQuestions / kPlaces) * kPlaces, kPlaces);
}

std::uint64_t RoundTripMatch::key_of(std::uint64_t flow, std::uint32_t value) const {
  return std::max<std::uint64_t>(1, sip_hash(seed_, Joined{}.add_number(flow).add_number(value).bytes()));
}

void RoundTripMatch::missed() {
  missed_ = true;
  whole_from_.reset();
  going_on_.clear();
}

bool RoundTripMatch::may_have_begun_unseen(std::uint64_t flow, std::uint32_t value, StampedAt at) {
  if (missed_) {
    missed_ = false;
    whole_from_ = at + kLongestTick;
  }
  if (!whole_from_) {
    return false;
  }
  if (at >= *whole_from_) {
    whole_from_.reset();
    going_on_.clear();
    return false;
  }
  if (going_on_.size() >= kMostFlows && !going_on_.contains(flow)) {
    return true;
  }
  return going_on_.emplace(flow, value).first->second == value;
}

void RoundTripMatch::ask(const Question& question) {
  const auto places = places_of(question.key);
  const StampedAt at = question.asked;
  // The first to go: what asks nothing any more, then what was answered, then the oldest.
  const auto worth = [&](const Question& known) {
    const int kept = known.key == 0 || is_old(known.asked, at) ? 0 : known.answered ? 1 : 2;
    return std::pair{kept, known.asked};
  };
  Question* place = &places.front();
  for (Question& known : places) {
    if (known.key == question.key && !is_old(known.asked, at)) {
      return;  // sent again, or more of the same tick: the first one counts
    }
    place = worth(known) < worth(*place) ? &known : place;
  }
  *place = question;
}

std::optional<Duration> RoundTripMatch::answer(std::uint64_t key, bool with_data, StampedAt at) {
  for (Question& known : places_of(key)) {
    if (known.key != key || known.answered || at <= known.asked || is_old(known.asked, at)) {
      continue;
    }
    known.answered = true;
    // Data for data is an answer that somebody worked out; TCP's own come without, or go there without.
    return known.with_data && with_data ? std::nullopt : std::optional{at - known.asked};
  }
  return std::nullopt;
}

void RoundTripMatch::gather(std::uint64_t flow, const TcpStamp& answer, Duration round_trip, Instant at) {
  if (flows_.size() >= kMostFlows && !flows_.contains(flow)) {
    return;
  }
  Gathered& gathered = flows_[flow];
  if (gathered.samples == 0 || now_ >= gathered.since + kSlowest) {
    gathered = {sip_hash(seed_, answer.from.address.bytes()), Duration::max(), 0, now_};
  }
  const Duration far_time = clock_of(flow).show(answer.value, at);
  if (round_trip < gathered.least) {
    gathered.least = round_trip;
    gathered.came = at;
    gathered.far_time = far_time;
  }
  ++gathered.samples;
  if (window_ends_ == Instant::max()) {
    window_ends_ = now_ + kWindow;
  }
}

// Found or made; the one that was silent for longest makes room.
FarClock& RoundTripMatch::clock_of(std::uint64_t flow) {
  if (clocks_.size() >= kMostFlows && !clocks_.contains(flow)) {
    clocks_.erase(std::min_element(clocks_.begin(), clocks_.end(),
                                   [](const auto& a, const auto& b) { return a.second.seen() < b.second.seen(); }));
  }
  return clocks_[flow];
}

std::vector<FlowRoundTrip> RoundTripMatch::take(Instant now) {
  std::vector<FlowRoundTrip> told;
  if (now < window_ends_) {
    return told;
  }
  unsigned samples = 0;
  for (const auto& [flow, gathered] : flows_) {
    samples += now < gathered.since + kSlowest ? gathered.samples : 0;
  }
  for (auto flow = flows_.begin(); flow != flows_.end();) {
    const Gathered& gathered = flow->second;
    const bool enough = gathered.samples >= kLeastSamples || samples >= kLeastSamples;
    if (enough) {
      told.push_back({flow->first, gathered.remote, gathered.least, gathered.samples, now - gathered.came, {}});
      if (clock_of(flow->first).is_known()) {
        told.back().far_time = gathered.far_time;
      }
    }
    flow = enough || now >= gathered.since + kSlowest ? flows_.erase(flow) : std::next(flow);
  }
  window_ends_ = flows_.empty() ? Instant::max() : now + kWindow;
  return told;
}

void RoundTripMatch::forget() {
  missed();  // what comes until the clock is believed
  std::fill(questions_.begin(), questions_.end(), Question{});
  flows_.clear();
  window_ends_ = Instant::max();
}

}  // namespace karkara
