#include "agent/uplink/truth.h"

#include <algorithm>
#include <utility>

#include "common/splitmix.h"

namespace karkara {
namespace {

constexpr Duration kAdapterGone = std::chrono::seconds{30};  // the adapters end every check well before
constexpr unsigned kStrikes = 2;                             // one look may be bad luck, or an operator's notice

}  // namespace

std::string_view to_string(Truth truth) {
  switch (truth) {
    case Truth::Unknown: return "unknown";
    case Truth::Proven: return "proven";
    case Truth::Portal: return "portal";
    case Truth::Silent: return "silent";
    case Truth::Tampered: return "tampered";
  }
  return "?";
}

UplinkTruth::UplinkTruth(UplinkId uplink, TruthPolicy policy, std::uint64_t nonce_seed)
    : uplink_{std::move(uplink)},
      policy_{policy},
      nonce_state_{nonce_seed},
      pause_{policy.first_pause},
      doubt_pause_{policy.confirm_pause} {}

void UplinkTruth::see(const TruthSight& seen, Instant now) {
  TruthSight sight = seen;
  const bool moved = sight.source != sight_.source;
  if (!moved && sight.echoes == EchoSight::Unknown) {
    sight.echoes = sight_.echoes;
  }
  const bool doubt = sight.unanswered && !sight_.unanswered;
  sight_.unanswered = sight.unanswered;
  if (sight == sight_) {
    if (doubt && sight_.echoes == EchoSight::Answering && sight_.source && give_up_ == Instant::max()) {
      doubted_ = true;
      due_ = std::min(due_, std::max(now, not_before_on_doubt_));
    }
    return;
  }
  if (moved) {
    pause_ = policy_.first_pause;
    doubt_pause_ = policy_.confirm_pause;
    not_before_ = not_before_on_rise_ = not_before_on_doubt_ = now;
    silences_ = 0;
  }
  sight_ = sight;
  forget();
  plan(now);
  conclude(now);
}

void UplinkTruth::reconfigure(const TruthPolicy& policy, Instant now) {
  if (policy == policy_) {
    return;
  }
  policy_ = policy;
  pause_ = policy.first_pause;
  doubt_pause_ = policy.confirm_pause;
  served_here_ = false;
  forget();
  plan(now);
  conclude(now);
}

// A check is due at once after a change, but never sooner than a pause after the last: an uplink that flaps must not be
// asked at each flap. On a rise the first pause is enough, since a portal may just have been paid.
void UplinkTruth::plan(Instant now) {
  if (!sight_.source || sight_.echoes == EchoSight::Unknown) {
    due_ = Instant::max();
  } else {
    due_ = std::max(now, sight_.echoes == EchoSight::Answering ? not_before_on_rise_ : not_before_);
  }
}

void UplinkTruth::forget() {
  content_under_way_.reset();
  resolver_under_way_ = false;
  give_up_ = Instant::max();
  content_.reset();
  resolver_.reset();
  strikes_ = 0;
  doubted_ = false;
}

void UplinkTruth::on(const ContentChecked& checked, Instant now) {
  if (checked.uplink != uplink_) {
    return;
  }
  bytes_ += checked.bytes;
  if (content_under_way_ != checked.nonce) {
    return;  // of an earlier time
  }
  content_under_way_.reset();
  content_ = checked;
  settle(now);
}

void UplinkTruth::on(const ResolverChecked& checked, Instant now) {
  if (checked.uplink != uplink_) {
    return;
  }
  bytes_ += checked.bytes;
  if (!resolver_under_way_) {
    return;
  }
  resolver_under_way_ = false;
  resolver_ = checked;
  settle(now);
}

void UplinkTruth::tick(Instant now) {
  if (now < give_up_) {
    return;
  }
  if (content_under_way_) {
    content_ = ContentChecked{uplink_, *content_under_way_, ContentVerdict::Silent, "the check never ended", 0};
  }
  if (resolver_under_way_) {
    resolver_ = ResolverChecked{uplink_, ResolverVerdict::Silent, "the check never ended", 0};
  }
  content_under_way_.reset();
  resolver_under_way_ = false;
  settle(now);
}

// After an answer: when all are in, the next check is planned.
void UplinkTruth::settle(Instant now) {
  if (!content_under_way_ && !resolver_under_way_) {
    give_up_ = Instant::max();
    silences_ = judge() == Truth::Silent ? silences_ + 1 : 0;
    not_before_on_rise_ = now + policy_.first_pause;
    if (sight_.echoes == EchoSight::Answering) {
      weigh(now);
      not_before_ = not_before_on_rise_;
      due_ = now + next_pause();
    } else {
      not_before_ = due_ = now + pause_;
      pause_ = std::min(2 * pause_, policy_.longest_pause);
    }
  }
  conclude(now);
}

// Whether a wall stands behind anchors that answer: a portal that sends the web elsewhere, or a bundle that is used up
// and of which only our echoes are let through. Content that never came signed over this uplink may not be served at
// all, and silence is held against a link only while the village's own packets are unanswered.
void UplinkTruth::weigh(Instant now) {
  const bool doubted = std::exchange(doubted_, false) || sight_.unanswered;
  if (content_ && content_->verdict == ContentVerdict::Signed) {
    doubt_pause_ = doubted && strikes_ == 0 ? std::min(2 * doubt_pause_, policy_.longest_pause) : policy_.confirm_pause;
    strikes_ = 0;
    served_here_ = true;
  } else if (content_ && (content_->verdict == ContentVerdict::Redirected || (served_here_ && sight_.unanswered))) {
    strikes_ = std::min(strikes_ + 1, kStrikes);
    pause_ = walled() ? pause_ : policy_.confirm_pause;
  } else if (!walled()) {
    strikes_ = 0;
  }
  not_before_on_doubt_ = now + doubt_pause_;
}

bool UplinkTruth::walled() const {
  return strikes_ >= kStrikes;
}

// Until the next look at an uplink whose anchors answer.
Duration UplinkTruth::next_pause() {
  if (strikes_ == 0 && !sight_.unanswered) {
    pause_ = policy_.first_pause;
    return policy_.interval;
  }
  if (strikes_ > 0) {
    return std::exchange(pause_, std::min(2 * pause_, policy_.longest_pause));
  }
  pause_ = std::min(std::max(2 * pause_, policy_.first_pause), policy_.longest_pause);
  return std::min(pause_, policy_.interval);
}

TruthWants UplinkTruth::wants(Instant now) {
  TruthWants wants;
  if (now < due_ || content_under_way_ || resolver_under_way_) {
    return wants;
  }
  due_ = Instant::max();
  if (policy_.content) {
    content_under_way_ = splitmix64(nonce_state_);
    wants.content = content_under_way_;
  }
  wants.resolver = resolver_under_way_ = policy_.resolver;
  if (wants.any()) {
    give_up_ = now + kAdapterGone;
  }
  return wants;
}

Instant UplinkTruth::next_deadline() const {
  return std::min(due_, give_up_);
}

Truth UplinkTruth::judge() const {
  if (!sight_.source || sight_.echoes == EchoSight::Unknown || (!content_ && !resolver_)) {
    return Truth::Unknown;
  }
  if (walled()) {
    return Truth::Portal;
  }
  const bool signed_content = content_ && content_->verdict == ContentVerdict::Signed;
  const bool reached = sight_.echoes == EchoSight::Answering || signed_content;
  const bool foreign =
      (content_ && (content_->verdict == ContentVerdict::Foreign || content_->verdict == ContentVerdict::Redirected)) ||
      (resolver_ && resolver_->verdict == ResolverVerdict::Wrong);
  if (foreign) {
    return reached ? Truth::Tampered : Truth::Portal;
  }
  if (reached) {
    const bool names_right = resolver_ && resolver_->verdict == ResolverVerdict::Right;
    return signed_content || (!policy_.content && names_right) ? Truth::Proven : Truth::Unknown;
  }
  const bool all_in = content_.has_value() == policy_.content && resolver_.has_value() == policy_.resolver;
  return all_in ? Truth::Silent : Truth::Unknown;
}

void UplinkTruth::conclude(Instant now) {
  const Truth verdict = judge();
  evidence_ = describe();
  if (verdict != verdict_) {
    verdict_ = verdict;
    since_ = now;
  }
}

std::string UplinkTruth::describe() const {
  if (!content_ && !resolver_) {
    return sight_.source ? "not checked since the last change" : "no carrier or no address";
  }
  std::string text;
  if (content_) {
    text = walled() && content_->verdict != ContentVerdict::Redirected ? "only echoes pass: " : "";
    text += "content " + std::string{to_string(content_->verdict)} + " (" + content_->detail + ")";
  }
  if (resolver_) {
    text += (text.empty() ? "" : ", ") + std::string{"names "} + std::string{to_string(resolver_->verdict)} + " (" +
            resolver_->detail + ")";
  }
  return text;
}

}  // namespace karkara
