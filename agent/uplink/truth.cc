#include "agent/uplink/truth.h"

#include <algorithm>
#include <utility>

#include "common/splitmix.h"

namespace karkara {
namespace {

constexpr Duration kAdapterGone = std::chrono::seconds{30};  // the adapters end every check well before

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
    : uplink_{std::move(uplink)}, policy_{policy}, nonce_state_{nonce_seed}, pause_{policy.first_pause} {}

void UplinkTruth::see(const TruthSight& seen, Instant now) {
  TruthSight sight = seen;
  const bool moved = sight.source != sight_.source;
  if (!moved && sight.echoes == EchoSight::Unknown) {
    sight.echoes = sight_.echoes;
  }
  if (sight == sight_) {
    return;
  }
  if (moved) {
    pause_ = policy_.first_pause;
    not_before_ = not_before_on_rise_ = now;
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
      pause_ = policy_.first_pause;
      not_before_ = not_before_on_rise_;
      due_ = now + policy_.interval;
    } else {
      not_before_ = due_ = now + pause_;
      pause_ = std::min(2 * pause_, policy_.longest_pause);
    }
  }
  conclude(now);
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
    text = "content " + std::string{to_string(content_->verdict)} + " (" + content_->detail + ")";
  }
  if (resolver_) {
    text += (text.empty() ? "" : ", ") + std::string{"names "} + std::string{to_string(resolver_->verdict)} + " (" +
            resolver_->detail + ")";
  }
  return text;
}

}  // namespace karkara
