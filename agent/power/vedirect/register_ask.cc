#include "agent/power/vedirect/register_ask.h"

#include <algorithm>

namespace karkara::vedirect {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kTextFirst = minutes{1};  // past days are asked for before
constexpr Duration kRegisterAnswerWithin = seconds{3};
constexpr Duration kBetween = seconds{10};
constexpr Duration kNotNow = hours{1};     // no probe is plugged in
constexpr Duration kNotAtAll = hours{24};  // firmware may bring it
constexpr unsigned kMostLost = 3;

}  // namespace

std::vector<std::byte> RegisterAsk::question(Instant now) {
  begun_ = begun_.value_or(now);
  if (pending_ || now < *begun_ + kTextFirst || now < rests_until_) {
    return {};
  }
  const auto next = std::ranges::min_element(wanted_, {}, &Wanted::due);
  if (now < next->due) {
    return {};
  }
  pending_ = Pending{next->id, now + kRegisterAnswerWithin};
  asked_at_ = now;
  rests_until_ = now + kBetween;
  return encode_get(next->id);
}

// The question or its answer did not make it.
void RegisterAsk::lose(Instant now) {
  pending_.reset();
  if (++lost_ >= kMostLost) {
    lost_ = 0;
    rests_until_ = now + kNotAtAll;
  }
}

void RegisterAsk::tick(Instant now) {
  if (pending_ && now >= pending_->by) {
    lose(now);
  }
}

void RegisterAsk::take(const HexFrame& frame, Instant now) {
  const auto answer = register_answer(frame);
  if (!answer) {
    const auto response = static_cast<HexResponse>(frame.command());
    if (pending_ && (response == HexResponse::Error || response == HexResponse::Unknown)) {
      lose(now);
    }
    return;
  }
  const auto wanted = std::ranges::find(wanted_, answer->id, &Wanted::id);
  const bool tells = answer->response == HexResponse::Get || answer->response == HexResponse::Async;
  if (wanted == wanted_.end() || !tells) {
    return;
  }
  const bool has_none = std::ranges::all_of(answer->value, [](std::byte byte) { return byte == std::byte{0xFF}; });
  const bool unknown = (answer->flags & (kUnknownId | kUnsupported)) != 0;
  wanted->due = now + (unknown ? kNotAtAll : answer->flags != 0 || has_none ? kNotNow : kRegisterPace);
  if (pending_ && pending_->id == answer->id) {
    pending_.reset();
    lost_ = 0;
  }
}

}  // namespace karkara::vedirect
