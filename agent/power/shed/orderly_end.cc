#include "agent/power/shed/orderly_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "agent/devices/poll_clock.h"
#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/shed/battery_look.h"

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kDebounce = seconds{60};
constexpr Duration kGrace = seconds{30};         // for the flush
constexpr Duration kWakePatience = seconds{60};  // of the wake-up command
constexpr Duration kWakeSlack = seconds{10};     // for its answer to come
constexpr Duration kOffWithin = minutes{10};     // of the power-off command; then it did not work
// After a start nobody goes off for a while: whoever looks after the site can get in and mend what is wrong. Twice as
// long for each time that it went off without the battery having been well since, and not by day before an hour.
constexpr Duration kFirstWait = minutes{15};
constexpr unsigned kMostDoublings = 5;
constexpr Duration kWaitByDay = hours{1};
constexpr Duration kWellHeld = minutes{30};
constexpr Percent kWell{50};
constexpr Percent kFloor{2};  // of the charge, less its error
constexpr double kMostErrorCounted = 10;
constexpr double kContradiction = 30;  // percent that are surely there: then the voltage is not believed
// Of a 12 V block, above the disconnect.
constexpr Volts kDefaultLeadAcid{0.1};
constexpr Volts kDefaultLithium{0.2};
constexpr Volts kSurelyMore{0.5};  // a voltage that speaks against an empty battery
constexpr Duration kLeastSleep = minutes{10};
constexpr Duration kMostSleep = hours{36};
constexpr std::string_view kSeconds = "{seconds}";
constexpr std::string_view kWakeRelay = "wake-up";            // the name by which the wake-up command's answer is known
constexpr std::uint64_t kRequests = std::uint64_t{1} << 62U;  // beyond those of relays

std::vector<std::string> with_seconds(std::vector<std::string> command, Duration time) {
  const std::string number = std::to_string(duration_cast<seconds>(time).count());
  for (std::string& word : command) {
    for (std::size_t at = word.find(kSeconds); at != std::string::npos; at = word.find(kSeconds, at + number.size())) {
      word.replace(at, kSeconds.size(), number);
    }
  }
  return command;
}

bool says_when(const std::vector<std::string>& command) {
  return std::ranges::any_of(command, [](const std::string& word) { return word.find(kSeconds) != std::string::npos; });
}

std::string plan_text(Duration sleep, const std::string& program) {
  const auto whole = duration_cast<minutes>(sleep).count();
  return fmt::format("in {} h {:02} min by '{}'", whole / 60, whole % 60, program);
}

Duration sleep_until_sun(const std::optional<NightHours>& night, std::optional<WallTime> wall, Duration otherwise) {
  const Duration wanted = night && wall ? Duration{night->charging_again - *wall} : otherwise;
  return std::clamp(wanted, kLeastSleep, kMostSleep);
}

// The charge without its error, where it counts at all.
std::optional<double> sure_charge(const BatteryState& battery) {
  if (!battery.state_of_charge || !std::isfinite(battery.state_of_charge->value())) {
    return std::nullopt;
  }
  return battery.state_of_charge->value() - battery.error.value();
}

}  // namespace

OrderlyEnd::OrderlyEnd(SheddingSettings settings, const BatterySettings& battery, Instant started, Duration sleep)
    : settings_{std::move(settings)}, battery_{battery}, quiet_since_{started}, sleep_{sleep} {}

// Who changed a limit or a command may have mistyped it: there is as long to mend that as after a start. What was under
// way is given up.
EndOrders OrderlyEnd::reconfigure(SheddingSettings settings, const BatterySettings& battery, Instant now) {
  const bool same = settings.power_off_command == settings_.power_off_command &&
                    settings.wake_command == settings_.wake_command &&
                    settings.power_off_volts == settings_.power_off_volts && battery == battery_;
  settings_ = std::move(settings);
  battery_ = battery;
  if (same) {
    return {};
  }
  quiet_since_ = std::max(quiet_since_, now);
  failed_ = "the configuration was changed";
  return phase_ == Phase::Watching ? EndOrders{} : call_off("the configuration was changed", now);
}

Status OrderlyEnd::restore(std::string_view memory) {
  const auto read = end_memory_from(memory);
  if (!read) {
    return read.error();
  }
  memory_ = *read;
  return {};
}

std::optional<std::string> OrderlyEnd::exhausted(const EndInputs& inputs) const {
  const auto load = plausible(inputs.sample.battery_voltage, battery_);
  const auto rest = plausible(inputs.battery.resting_voltage, battery_);
  const auto sure = sure_charge(inputs.battery);
  if (!load || is_charging(inputs.charging, inputs.battery, inputs.sample, battery_).value_or(false) ||
      (sure && *sure > kContradiction)) {
    return std::nullopt;
  }
  // The default is where the disconnect itself looks: under load. A configured limit is meant at rest.
  const Volts fallback =
      above_disconnect(battery_, battery_.chemistry == Chemistry::LeadAcid ? kDefaultLeadAcid : kDefaultLithium);
  const bool at_rest = settings_.power_off_volts && rest;
  const Volts limit = at_rest ? *settings_.power_off_volts : fallback;
  const Volts seen = at_rest ? *rest : std::min(rest.value_or(*load), *load);
  if (seen < limit) {
    return fmt::format("{:.2f} V, the router goes off below {:.2f} V", seen.value(), limit.value());
  }
  if (sure && inputs.battery.error.value() <= kMostErrorCounted && *sure < kFloor.value() &&
      rest.value_or(*load) < above_disconnect(battery_, kSurelyMore)) {
    return fmt::format("the battery holds {:.0f} %, and {:.0f} points less are possible",
                       inputs.battery.state_of_charge->value(), inputs.battery.error.value());
  }
  return std::nullopt;
}

bool OrderlyEnd::is_well(const EndInputs& inputs) const {
  const auto charge = careful_charge(inputs.battery);
  const auto percent = charge ? charge : middle_of(inputs.battery.band);
  return percent && *percent >= kWell;
}

std::string OrderlyEnd::obstacle(const EndInputs& inputs, Instant now, std::optional<WallTime> wall) const {
  if (settings_.power_off_command.empty()) {
    return "no power-off command is configured";
  }
  if (settings_.wake_command.empty() && !says_when(settings_.power_off_command)) {
    return "nothing would wake the router again: configure a wake-up command";
  }
  const bool by_day = inputs.night && wall && *wall < inputs.night->begins;
  const Duration wait = std::max(kFirstWait * (1U << std::min(memory_.in_a_row, kMostDoublings)),
                                 by_day || memory_.in_a_row > 0 ? kWaitByDay : Duration{0});
  const Duration left = quiet_since_ + wait - now;
  if (left <= Duration{0}) {
    return {};
  }
  if (failed_.empty()) {
    return fmt::format("it started less than {} minutes ago", duration_cast<minutes>(wait).count());
  }
  return fmt::format("{}; it is tried again in {} minutes", failed_, duration_cast<minutes>(left).count() + 1);
}

EndOrders OrderlyEnd::begin(const EndInputs& inputs, std::string why, Instant now, std::optional<WallTime> wall) {
  phase_ = Phase::Grace;
  flushed_ = true;
  stays_.clear();
  failed_.clear();
  ++memory_.in_a_row;
  sleeps_for_ = sleep_until_sun(inputs.night, wall, sleep_);
  due_ = grace_until_ = now + kGrace;
  EndOrders orders{{EndDeed::Flush, EndDeed::LastGasp}, std::move(why)};
  const auto& waker = settings_.wake_command.empty() ? settings_.power_off_command : settings_.wake_command;
  orders.plan = plan_text(sleeps_for_, waker.front());
  if (!settings_.wake_command.empty()) {
    wake_until_ = now + kWakePatience + kWakeSlack;
    request_ = std::max(request_ + 1, first_request(now));  // not one of before another configuration
    orders.wake = SwitchRelay{*DeviceId::parse(kWakeRelay), kRequests + request_,
                              CommandRelay{with_seconds(settings_.wake_command, sleeps_for_), {}}, true, kWakePatience};
  }
  return orders;
}

EndOrders OrderlyEnd::call_off(std::string why, Instant now) {
  phase_ = Phase::Watching;
  due_ = Instant::max();
  wake_until_.reset();
  quiet_since_ = now;
  low_.forget();
  stays_ = failed_ = why;
  return {{EndDeed::CallOff}, std::move(why)};
}

EndOrders OrderlyEnd::see(const EndInputs& inputs, Instant now, std::optional<WallTime> wall) {
  if (well_.see(is_well(inputs), kWellHeld, now) && phase_ == Phase::Watching) {
    memory_ = {};
  }
  auto why = exhausted(inputs);
  if (phase_ == Phase::Ordered) {
    return {};
  }
  if (phase_ == Phase::Grace) {
    if (why) {
      return {};
    }
    memory_.in_a_row -= memory_.in_a_row > 0 ? 1 : 0;
    EndOrders orders = call_off("the battery is no longer about to be cut", now);
    failed_ = "a moment ago the battery was well again";
    return orders;
  }
  if (!low_.see(why.has_value(), kDebounce, now)) {
    if (!why) {
      flushed_ = false;
      stays_.clear();
    }
    return {};
  }
  stays_ = obstacle(inputs, now, wall);
  if (stays_.empty()) {
    return begin(inputs, std::move(*why), now, wall);
  }
  if (std::exchange(flushed_, true)) {
    return {};
  }
  return {{EndDeed::Flush}, std::move(*why)};  // whatever cuts it now, little is lost
}

EndOrders OrderlyEnd::on(const RelaySwitched& answer, Instant now) {
  if (phase_ != Phase::Grace || !wake_until_ || answer.request != kRequests + request_) {
    return {};
  }
  wake_until_.reset();
  EndOrders orders;
  if (!answer.status.ok()) {
    orders = call_off("the wake-up time cannot be set: " + answer.status.error().text, now);
  } else {
    due_ = std::max(grace_until_, now);
  }
  orders.wake_known = answer.status;
  return orders;
}

EndOrders OrderlyEnd::tick(Instant now) {
  if (now < due_) {
    return {};
  }
  if (phase_ == Phase::Ordered) {
    return call_off("the power-off command did not put the router off", now);
  }
  if (wake_until_ && now < *wake_until_) {
    due_ = *wake_until_;
    return {};
  }
  if (wake_until_) {
    wake_until_.reset();
    EndOrders orders = call_off("the wake-up command gave no answer", now);
    orders.wake_known = Error{ErrorCode::DeadlineExceeded, "it gave no answer"};
    return orders;
  }
  phase_ = Phase::Ordered;
  due_ = now + kOffWithin;
  EndOrders orders;
  orders.run = RunPowerCommand{with_seconds(settings_.power_off_command, sleeps_for_)};
  return orders;
}

Instant OrderlyEnd::next_deadline() const {
  return due_;
}

}  // namespace karkara
