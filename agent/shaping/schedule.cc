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

std::optional<std::size_t> rule_at(std::span<const ClassHours> hours, WallTime at, minutes offset) {
  constexpr std::int64_t kThursday = 3;  // 1970-01-01, Monday being 0
  const std::int64_t day = local_day(at, offset);
  const auto weekday = static_cast<unsigned>(((day + kThursday) % 7 + 7) % 7);
  const auto of_day = std::chrono::floor<minutes>(at.since_epoch() + offset - days{day});
  const auto found =
      std::find_if(hours.begin(), hours.end(), [&](const ClassHours& each) { return hold(each, weekday, of_day); });
  return found == hours.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - hours.begin())};
}

std::optional<WallTime> next_change(std::span<const ClassHours> hours, WallTime at, minutes offset,
                                    std::optional<std::size_t> now) {
  std::vector<WallTime> edges;
  const std::int64_t today = local_day(at, offset);
  for (std::int64_t day = today; day <= today + kDaysAhead; ++day) {
    const WallTime midnight{days{day} - offset};
    edges.push_back(midnight);
    for (const ClassHours& each : hours) {
      edges.push_back(midnight + each.from);
      edges.push_back(midnight + each.to);
    }
  }
  std::sort(edges.begin(), edges.end());
  for (const WallTime edge : edges) {
    if (edge > at && rule_at(hours, edge, offset) != now) {
      return edge;
    }
  }
  return std::nullopt;
}

}  // namespace

HoursNow hours_now(std::span<const ClassHours> hours, const std::optional<WallTime>& wall, minutes utc_offset) {
  if (!wall || !is_date(*wall)) {
    return {};
  }
  const auto rule = rule_at(hours, *wall, utc_offset);
  return {rule, next_change(hours, *wall, utc_offset, rule), true};
}

Instant next_look(const HoursNow& hours, const KnownTime& at) {
  if (!hours.changes_at || !at.wall) {
    return Instant::max();  // a clock that comes is an event of its own
  }
  const Duration wait = std::max<Duration>(*hours.changes_at - *at.wall, std::chrono::milliseconds{1});
  return at.now + std::min(wait, kLongestWait);
}

}  // namespace karkara
