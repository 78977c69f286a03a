// What the fade predictor knows, in words.
#include <fmt/format.h>

#include "agent/vsat/fade_predictor.h"

namespace karkara {
namespace {

constexpr Duration kLongestRain = std::chrono::hours{3};
constexpr Db kDrifted{1.5};

double to_seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

std::string_view to_string(FadeKind kind) {
  switch (kind) {
    case FadeKind::Unknown: return "unknown";
    case FadeKind::Clear: return "clear";
    case FadeKind::Rain: return "rain";
    case FadeKind::Drift: return "drift";
    case FadeKind::PowerSag: return "power-sag";
  }
  return "unknown";
}

FadeKind FadePredictor::kind(Instant now) const {
  if (!smoothed_ || !last_sample_ || now - *last_sample_ > longest_gap()) {
    return FadeKind::Unknown;
  }
  if (sag_) {
    return FadeKind::PowerSag;
  }
  const auto drift = clear_sky_.drift();
  const auto coming = forecast();
  const bool falls_fast = coming && coming->db_per_second < settings_.drain_slope;
  if (!falls_fast && ((drift && *drift >= kDrifted) || (below_since_ && now - *below_since_ > kLongestRain))) {
    return FadeKind::Drift;
  }
  return falls_fast || below_since_ || draining_since_ ? FadeKind::Rain : FadeKind::Clear;
}

std::string FadePredictor::describe_kind(Instant now) const {
  switch (kind(now)) {
    case FadeKind::Unknown: return "nothing is known";
    case FadeKind::Clear: return "the sky is clear";
    case FadeKind::Rain: return "it looks like rain";
    case FadeKind::Drift: {
      const auto drift = clear_sky_.drift();
      return fmt::format("{} below the clear sky of the last days: dust on the feed, or the dish moved",
                         drift ? fmt::format("{:.1f} dB", drift->value()) : std::string{"for hours"});
    }
    case FadeKind::PowerSag:
      return fmt::format(
          "it fell by {:.1f} dB at once while the battery fell from {:.1f} V to {:.1f} V: power, not weather",
          (sag_->before - sag_->after).value(), sag_->battery_before.value(), sag_->battery_after.value());
  }
  return {};
}

std::string FadePredictor::explain(Instant now) const {
  if (!smoothed_ || !last_sample_ || now - *last_sample_ > longest_gap()) {
    return draining_since_ ? "draining; no Es/N0 since the fade" : "no Es/N0";
  }
  std::string text = fmt::format("Es/N0 {:.1f} dB, margin {:.1f} dB", *smoothed_, margin()->value());
  const auto coming = forecast();
  if (coming && coming->db_per_second < settings_.drain_slope) {
    text += fmt::format(", falling {:.2f} dB/s, lock at risk in {:.0f} s", -coming->db_per_second,
                        to_seconds(*coming->crosses_in));
  }
  text += "; " + describe_kind(now);
  if (draining_since_) {
    text += good_since_ ? fmt::format("; draining, margin is back for {:.0f} s of {:.0f} s",
                                      to_seconds(now - *good_since_), to_seconds(settings_.return_after))
                        : fmt::format("; draining until the margin is {:.1f} dB", return_margin().value());
  }
  return text;
}

}  // namespace karkara
