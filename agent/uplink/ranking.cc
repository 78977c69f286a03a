#include "agent/uplink/ranking.h"

#include <fmt/format.h>

#include <cmath>

namespace karkara {
namespace {

constexpr double kSameCost = 0.01;  // FCFA per MB
constexpr double kSameWatts = 0.5;
// A satellite hop against a terrestrial one: only such a difference is worth a move.
constexpr double kTellingLatency = 2.0;

bool tells(double a, double b, double same) {
  return std::abs(a - b) > same;
}

// Not by the millisecond, or the traffic would follow every jitter.
int latency_order(const Candidate& a, const Candidate& b) {
  if (!a.latency || !b.latency) {
    return 0;
  }
  const double of_a = std::chrono::duration<double>(*a.latency).count();
  const double of_b = std::chrono::duration<double>(*b.latency).count();
  if (of_a * kTellingLatency < of_b) {
    return -1;
  }
  return of_b * kTellingLatency < of_a ? 1 : 0;
}

}  // namespace

Grade grade(const Candidate& candidate) {
  switch (candidate.state) {
    case UplinkState::Up:
    case UplinkState::Suspect:
      return candidate.draining || candidate.walled || candidate.lacks_v4 ? Grade::Draining : Grade::Up;
    case UplinkState::Probation: return candidate.heard ? Grade::Heard : Grade::Unknown;
    case UplinkState::Addressed: return Grade::Unknown;
    case UplinkState::Down:
    case UplinkState::Linked:
    case UplinkState::Absent:
    case UplinkState::Recover:
    case UplinkState::Portal:
    case UplinkState::Held:
    case UplinkState::Drain: return Grade::Failed;
  }
  return Grade::Failed;
}

std::string_view to_string(RankKey key) {
  switch (key) {
    case RankKey::Same: return "nothing";
    case RankKey::Grade: return "what is known of it";
    case RankKey::Order: return "the operator's order";
    case RankKey::Pace: return "the bundle's pace";
    case RankKey::Quality: return "loss";
    case RankKey::Preference: return "preference";
    case RankKey::Cost: return "cost per MB";
    case RankKey::Energy: return "energy";
    case RankKey::Latency: return "latency";
  }
  return "unknown";
}

Ranking compare(const Candidate& a, const Candidate& b) {
  if (grade(a) != grade(b)) {
    return {grade(a) < grade(b), RankKey::Grade};
  }
  if (a.ordered != b.ordered) {
    return {a.ordered, RankKey::Order};
  }
  if (a.fits_pace != b.fits_pace) {
    return {a.fits_pace, RankKey::Pace};
  }
  // Only what is poor is worth a move: some percent are every satellite's.
  if ((a.quality == Quality::Poor) != (b.quality == Quality::Poor)) {
    return {b.quality == Quality::Poor, RankKey::Quality};
  }
  if (a.preference != b.preference) {
    return {a.preference < b.preference, RankKey::Preference};
  }
  if (tells(a.cost_per_megabyte, b.cost_per_megabyte, kSameCost)) {
    return {a.cost_per_megabyte < b.cost_per_megabyte, RankKey::Cost};
  }
  if (tells(a.watts, b.watts, kSameWatts)) {
    return {a.watts < b.watts, RankKey::Energy};
  }
  if (const int order = latency_order(a, b); order != 0) {
    return {order < 0, RankKey::Latency};
  }
  return {};
}

std::string why_behind(const Candidate& other, const Candidate& better, RankKey key) {
  const auto milliseconds = [](const std::optional<Duration>& latency) {
    return latency ? std::chrono::duration<double, std::milli>(*latency).count() : 0.0;
  };
  switch (key) {
    case RankKey::Same: return "nothing speaks for it before the one in use";
    case RankKey::Grade:
      return other.walled     ? "it leads to a portal"
             : other.lacks_v4 ? "it carries IPv6 alone"
             : other.draining ? "its loss is foreseen"
                              : "less is known in its favour";
    case RankKey::Order: return "the operator's order holds";
    case RankKey::Pace: return "its bundle would not last at this pace";
    case RankKey::Quality: return "it loses too much";
    case RankKey::Preference: return fmt::format("preference {} against {}", other.preference, better.preference);
    case RankKey::Cost:
      return fmt::format("{:.2f} FCFA per MB against {:.2f}", other.cost_per_megabyte, better.cost_per_megabyte);
    case RankKey::Energy: return fmt::format("{:.0f} W against {:.0f} W", other.watts, better.watts);
    case RankKey::Latency:
      return fmt::format("round trip {:.0f} ms against {:.0f} ms", milliseconds(other.latency),
                         milliseconds(better.latency));
  }
  return "";
}

}  // namespace karkara
