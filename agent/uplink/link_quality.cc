#include "agent/uplink/link_quality.h"

namespace karkara {
namespace {

constexpr Duration kSpan = std::chrono::seconds{10};
// Beyond it a span says nothing of the link of now. What stands by and costs money is asked every quarter of an hour,
// so that nothing is held against it for long: it is tried again.
constexpr Duration kMemory = std::chrono::minutes{20};
// A busy link is asked once in a span: of so many, two percent of loss do not make a fifth by chance in years.
constexpr std::size_t kLeastSpans = 45;

// Calls break up beyond some percent, TCP crawls beyond ten and hardly moves beyond twenty; what is left must be a good
// deal better than what was entered.
constexpr double kPoor = 0.20;
constexpr double kPoorNoMore = 0.10;
constexpr double kFair = 0.06;
constexpr double kFairNoMore = 0.03;

}  // namespace

std::string_view to_string(Quality quality) {
  switch (quality) {
    case Quality::Good: return "good";
    case Quality::Fair: return "fair";
    case Quality::Poor: return "poor";
  }
  return "unknown";
}

LinkQuality::Span* LinkQuality::span_at(Instant at) {
  if (used_ > 0 && at < spans_[newest_].begin + kSpan) {
    return &spans_[newest_];
  }
  newest_ = used_ == 0 ? 0 : (newest_ + 1) % kSpans;
  used_ = used_ < kSpans ? used_ + 1 : kSpans;
  spans_[newest_] = {at, 0, 0};
  return &spans_[newest_];
}

void LinkQuality::see(bool lost, Instant at) {
  Span& span = *span_at(at);
  ++span.settled;
  span.lost = static_cast<std::uint16_t>(span.lost + (lost ? 1 : 0));
  judge(at);
}

void LinkQuality::see_late_answer(Instant at) {
  if (used_ > 0 && spans_[newest_].lost > 0) {
    --spans_[newest_].lost;
    judge(at);
  }
}

std::optional<double> LinkQuality::loss(Instant now) const {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < used_; ++i) {
    const Span& span = spans_[i];
    if (span.settled > 0 && now - span.begin <= kMemory) {
      sum += static_cast<double>(span.lost) / span.settled;
      ++count;
    }
  }
  return count >= kLeastSpans ? std::optional{sum / static_cast<double>(count)} : std::nullopt;
}

void LinkQuality::judge(Instant at) {
  const std::optional<double> lost = loss(at);
  if (!lost) {
    return;
  }
  const bool stays_poor = grade_ == Quality::Poor && *lost > kPoorNoMore;
  const bool stays_fair = grade_ != Quality::Good && *lost > kFairNoMore;
  grade_ = *lost >= kPoor || stays_poor ? Quality::Poor : *lost >= kFair || stays_fair ? Quality::Fair : Quality::Good;
}

Quality LinkQuality::grade(Instant now) const {
  return loss(now) ? grade_ : Quality::Good;
}

}  // namespace karkara
