#include "controller/cli/order_risks.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/host/nearest_name.h"

namespace karkara::cli {
namespace {

bool is_up(const v1::UplinkState& uplink) {
  return uplink.state() == "up";
}

const v1::UplinkState* find(const v1::StateReport& report, const std::string& id) {
  const auto at = std::find_if(report.uplinks().begin(), report.uplinks().end(),
                               [&](const v1::UplinkState& uplink) { return uplink.id() == id; });
  return at != report.uplinks().end() ? &*at : nullptr;
}

Error no_such_uplink(const v1::StateReport& report, const std::string& id) {
  std::vector<std::string> known;
  for (const v1::UplinkState& uplink : report.uplinks()) {
    known.push_back(uplink.id());
  }
  const std::string all = known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "));
  return {ErrorCode::NotFound,
          fmt::format("there is no uplink '{}' at this site (it reported {}){}", id, all, did_you_mean(id, known))};
}

bool carries_something(const v1::StateReport& report, const std::string& id) {
  return report.active_uplink() == id || std::any_of(report.classes().begin(), report.classes().end(),
                                                     [&](const v1::ClassState& one) { return one.uplink() == id; });
}

std::vector<Risk> risks_of_switch(const v1::UplinkState& to) {
  std::vector<Risk> risks;
  if (!is_up(to)) {
    risks.push_back({kNotUp, fmt::format("'{}' is not up ({}{}{}): nothing goes there before it is", to.id(),
                                         to.state().empty() ? "no state" : to.state(),
                                         to.evidence().empty() ? "" : ": ", to.evidence())});
  }
  if (to.metered()) {
    risks.push_back({kCostsMoney, fmt::format("'{}' is metered: what the village does over it is paid for", to.id())});
  }
  return risks;
}

std::vector<const v1::UplinkState*> others_up(const v1::StateReport& report, const std::string& id) {
  std::vector<const v1::UplinkState*> others;
  for (const v1::UplinkState& uplink : report.uplinks()) {
    if (uplink.id() != id && is_up(uplink)) {
      others.push_back(&uplink);
    }
  }
  return others;
}

Result<std::vector<Risk>> risks_of_hold(const v1::UplinkOrder& order, const v1::UplinkState& held,
                                        const v1::StateReport& report) {
  const auto others = others_up(report, held.id());
  if (others.empty() && order.seconds() == 0) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("holding '{}' leaves no uplink that is up, and without --for nobody could take it back: "
                             "the site would be off the net until somebody drives there",
                             held.id())};
  }
  std::vector<Risk> risks;
  if (others.empty()) {
    risks.push_back({kSiteGoesDark, fmt::format("holding '{}' leaves no uplink that is up: the site goes off the net "
                                                "and cannot be reached to take this back before its time is over",
                                                held.id())});
    return risks;
  }
  const auto paid = [](const v1::UplinkState* uplink) { return uplink->metered(); };
  if (!held.metered() && carries_something(report, held.id()) && std::all_of(others.begin(), others.end(), paid)) {
    risks.push_back(
        {kCostsMoney, fmt::format("what '{}' carries now has to go over '{}', which is metered; classes that "
                                  "are not to cost money lose their way out",
                                  held.id(), others.front()->id())});
  }
  return risks;
}

}  // namespace

Result<std::vector<Risk>> risks_of(const v1::UplinkOrder& order, const v1::StateReport& report) {
  const v1::UplinkState* uplink = find(report, order.uplink());
  if (uplink == nullptr) {
    return no_such_uplink(report, order.uplink());
  }
  switch (order.act()) {
    case v1::UPLINK_ACT_SWITCH: return risks_of_switch(*uplink);
    case v1::UPLINK_ACT_HOLD: return risks_of_hold(order, *uplink, report);
    case v1::UPLINK_ACT_RELEASE:
    case v1::UPLINK_ACT_UNSPECIFIED:
    case v1::UplinkAct_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::UplinkAct_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return std::vector<Risk>{};
}

}  // namespace karkara::cli
