#include "agent/site/clock_keeper.h"

#include <fmt/format.h>

namespace karkara {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr microseconds kStepAbove = seconds{1};        // the first time after a boot
constexpr microseconds kBrokenAbove = seconds{120};    // later: another program broke the clock
constexpr microseconds kSlewAbove = milliseconds{50};  // on top of what the echo cannot know
constexpr Duration kSlewPause = std::chrono::minutes{10};

}  // namespace

Effects ClockKeeper::on(const AnchorTime& anchor, Instant now, WallTime wall) {
  const WallTime right = anchor.wall + std::chrono::duration_cast<microseconds>(now - anchor.heard);
  // An anchor's word replaces what an earlier run believed, downwards too: a clock that was once years ahead must not
  // keep the site away for years. The slack is what a clock may be slow by and still be slewed, not stepped.
  saved_ = anchor.wall + -std::chrono::duration_cast<microseconds>(anchor.uncertainty) + -kBrokenAbove;
  if (!may_set_ || stepping_) {
    return {};
  }
  const microseconds off = right - wall;
  const microseconds error = std::chrono::abs(off);
  const auto unsure = std::chrono::duration_cast<microseconds>(anchor.uncertainty);
  if ((!stepped_ && error > kStepAbove + unsure) || error > kBrokenAbove) {
    stepping_ = true;
    return {StepClock{right}};
  }
  stepped_ = true;
  if (error > kSlewAbove + unsure && (!slewed_at_ || now - *slewed_at_ >= kSlewPause)) {
    slewed_at_ = now;
    return {SlewClock{off}};
  }
  return {};
}

Effects ClockKeeper::on(const ClockStepped& step) {
  stepping_ = false;
  stepped_ = true;
  Fields fields{{"from", fmt::format("{}", step.before.seconds())}, {"to", fmt::format("{}", step.after.seconds())}};
  if (!step.status) {
    may_set_ = false;  // the right is missing: trying again with every echo would only fill the log
    fields.emplace_back("failed", step.status.error().text);
  }
  return {Note{MessageId::ClockSet, std::move(fields)}};
}

}  // namespace karkara
