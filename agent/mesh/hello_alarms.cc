#include "agent/mesh/hello_alarms.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr Duration kMinute = std::chrono::minutes{1};
constexpr std::array kFaults{HelloFault::Forged, HelloFault::Replayed, HelloFault::Foreign,
                             HelloFault::Flood,  HelloFault::Unknown,  HelloFault::Repeated};
static_assert(kFaults.size() == kHelloFaults);

AlarmKey key_of(HelloFault fault) {
  std::string instance = to_string(fault);
  std::ranges::replace(instance, ' ', '-');
  return {MessageId::HelloForged, std::move(instance)};
}

}  // namespace

Effects HelloAlarms::on(const HelloRefused& refused, Instant now) {
  Fault& fault = faults_.at(static_cast<std::size_t>(refused.fault));
  if (now - fault.lately_since > kMinute) {
    fault.lately = 0;
    fault.lately_since = now;
  }
  fault.total += refused.count;
  fault.lately += refused.count;
  if (refused.fault == HelloFault::Unknown || refused.fault == HelloFault::Repeated) {
    return {};  // a neighbour with newer software, an echo of the air: no alarm
  }
  const std::uint64_t limit = refused.fault == HelloFault::Flood     ? kFlood
                              : refused.fault == HelloFault::Foreign ? 1
                                                                     : kSuspicious;
  if (fault.lately < limit && fault.clear_at == Instant::max()) {
    return {};
  }
  const bool raised = fault.clear_at != Instant::max();
  fault.clear_at = now + kQuiet;
  if (raised) {
    return {};
  }
  return {SetAlarm{key_of(refused.fault),
                   true,
                   {{"fault", to_string(refused.fault)},
                    {"from", refused.from},
                    {"why", refused.why},
                    {"count", std::to_string(fault.lately)}}}};
}

Effects HelloAlarms::tick(Instant now) {
  Effects effects;
  for (const HelloFault of : kFaults) {
    Fault& fault = faults_.at(static_cast<std::size_t>(of));
    if (fault.clear_at != Instant::max() && fault.clear_at <= now) {
      fault.clear_at = Instant::max();
      effects.push_back(SetAlarm{key_of(of), false, {}});
    }
  }
  return effects;
}

Effects HelloAlarms::end_all() {
  return tick(Instant::max());
}

Instant HelloAlarms::next_deadline() const {
  return std::ranges::min_element(faults_, {}, &Fault::clear_at)->clear_at;
}

std::vector<std::pair<std::string, std::uint64_t>> HelloAlarms::counts() const {
  std::vector<std::pair<std::string, std::uint64_t>> all;
  for (const HelloFault of : kFaults) {
    all.emplace_back(to_string(of), faults_.at(static_cast<std::size_t>(of)).total);
  }
  return all;
}

}  // namespace karkara
