#include "agent/shaping/schedule.h"

#include <algorithm>
#include <vector>

#include "agent/shaping/class_hours.h"
#include "agent/uplink/billing_cycle.h"
#include "agent/uplink/usage_account.h"

namespace karkara {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr Duration kLongestWait = std::chrono::hours{1};
constexpr std::int64_t kDaysAhead = 8;  // in a week everything comes again

struct Rules {
  std::span<const ClassHours> hours;
  UplinkKind kind;
  minutes offset;
};

std::optional<std::size_t> rule_at(const Rules& rules, WallTime at) {
  constexpr std::int64_t kThursday = 3;  // 1970-01-01, Monday being 0
  const std::int64_t day = local_day(at, rules.offset);
  const auto weekday = static_cast<unsigned>(((day + kThursday) % 7 + 7) % 7);
  const auto of_day = std::chrono::floor<minutes>(at.since_epoch() + rules.offset - days{day});
  const ClassHours* found = hours_at(rules.hours, rules.kind, weekday, of_day);
  return found == nullptr ? std::nullopt : std::optional{static_cast<std::size_t>(found - rules.hours.data())};
}

std::optional<WallTime> next_change(const Rules& rules, WallTime at, std::optional<std::size_t> now) {
  std::vector<WallTime> edges;
  const std::int64_t today = local_day(at, rules.offset);
  for (std::int64_t day = today; day <= today + kDaysAhead; ++day) {
    const WallTime midnight{days{day} - rules.offset};
    edges.push_back(midnight);
    for (const ClassHours& each : rules.hours) {
      edges.push_back(midnight + each.from);
      edges.push_back(midnight + each.to);
    }
  }
  std::sort(edges.begin(), edges.end());
  for (const WallTime edge : edges) {
    if (edge > at && rule_at(rules, edge) != now) {
      return edge;
    }
  }
  return std::nullopt;
}

}  // namespace

HoursNow hours_now(std::span<const ClassHours> hours, UplinkKind kind, const std::optional<WallTime>& wall,
                   minutes utc_offset) {
  if (!wall || !is_date(*wall)) {
    return {};
  }
  const Rules rules{hours, kind, utc_offset};
  const auto rule = rule_at(rules, *wall);
  return {rule, next_change(rules, *wall, rule), true};
}

bool still_hold(const HoursNow& hours, const std::optional<WallTime>& found, const std::optional<WallTime>& wall) {
  if (!hours.clock_known || !found || !wall || *wall < *found) {
    return false;  // a clock that was set back too
  }
  return *wall < hours.changes_at.value_or(*found + days{kDaysAhead});
}

Instant next_look(const HoursNow& hours, const KnownTime& at) {
  if (!hours.changes_at || !at.wall) {
    return Instant::max();  // a clock that comes is an event of its own
  }
  const Duration wait = std::max<Duration>(*hours.changes_at - *at.wall, std::chrono::milliseconds{1});
  return at.now + std::min(wait, kLongestWait);
}

}  // namespace karkara
