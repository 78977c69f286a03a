// What is told of one radio: announcements, trouble, the line for people.
#include <fmt/format.h>

#include <algorithm>

#include "agent/mesh/radio_control.h"
#include "agent/mesh/radio_match.h"

namespace karkara {
namespace {

constexpr unsigned kAlarmAfter = 3;  // failures or looks in a row

}  // namespace

std::string_view to_string(RadioRole role) {
  switch (role) {
    case RadioRole::AccessPoint: return "access point";
    case RadioRole::Mesh: return "mesh";
    case RadioRole::Backhaul: return "backhaul";
  }
  return "radio";
}

Note RadioControl::note(MessageId message, const RadioDeed& deed) const {
  return {message,
          {{"radio", settings_.id.text()},
           {"what", to_text(deed)},
           {"why", !wish_.why.empty() ? wish_.why : std::string{leaving_ ? "no longer configured" : "as configured"}}}};
}

std::optional<RadioNotice> RadioControl::notice() const {
  if (!announced_ || !seen_) {
    return std::nullopt;
  }
  const auto* level = std::get_if<RadioLevel>(&announced_->deed);
  return RadioNotice{.radio = settings_.id,
                     .role = settings_.role,
                     .off = level == nullptr,
                     .most = level != nullptr ? level->most : std::nullopt,
                     .from = power_of(*seen_),
                     .wiphy = seen_->wiphy,
                     .at = announced_->at,
                     .why = wish_.why};
}

std::string RadioControl::missing() const {
  if (!look_) {
    return look_.error().text;
  }
  if (misses_ == 0) {
    return {};
  }
  if (!seen_) {
    return "is not there";
  }
  return fmt::format("{} is not there", fmt::join(missing_interfaces(settings_, *seen_), ", "));
}

std::string RadioControl::trouble() const {
  if (std::string text = missing(); !text.empty()) {
    return text;
  }
  if (failures_ > 0) {
    return fmt::format("{} ({})", why_, failures_ == 1 ? "once" : fmt::format("{} times", failures_));
  }
  if (!seen_ || !wish_.on) {
    return {};
  }
  if (!seen_->blocked.empty()) {
    return "is blocked " + seen_->blocked;
  }
  return !is_on(*seen_) && memory_.off.empty() ? std::string{"is off, and not by the agent"} : std::string{};
}

std::string RadioControl::alarm() const {
  const bool lacks = misses_ >= kAlarmAfter && !leaving_;
  const bool refuses = failures_ >= kAlarmAfter || (failures_ > 0 && definite_);
  const bool blocked = seen_ && wish_.on && !seen_->blocked.empty() && !leaving_;
  return lacks || refuses || blocked ? trouble() : std::string{};
}

RadioReport RadioControl::report(Instant now) const {
  RadioReport report;
  report.id = settings_.id.text();
  report.role = to_string(settings_.role);
  if (!settings_.classes.empty()) {
    report.role += fmt::format(" of {}", fmt::join(settings_.classes, ", "));
  }
  report.wanted_on = wish_.on;
  report.most = wish_.most;
  report.reason = wish_.why;
  report.trouble = trouble();
  if (wish_.hours_unknown && report.reason.empty()) {
    report.reason = "its hours are not kept: the router does not know the time";
  }
  if (seen_) {
    std::vector<std::string> names;
    std::ranges::transform(seen_->interfaces, std::back_inserter(names), &RadioInterface::name);
    report.device = fmt::format("{}: {}", seen_->phy, fmt::join(names, ", "));
    report.on = is_on(*seen_);
    report.power = power_of(*seen_);
    report.most = wish_.most ? allowed_level(wish_, *seen_) : std::nullopt;
  }
  if (announced_ && announced_->at > now) {
    report.announced = announced_->at - now;
  }
  return report;
}

}  // namespace karkara
