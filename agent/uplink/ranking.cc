#include "agent/uplink/ranking.h"

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
    case UplinkState::Suspect: return candidate.draining ? Grade::Draining : Grade::Up;
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

}  // namespace karkara
