#include "controller/service/site_requests.h"

#include "common/host/text_checks.h"
#include "common/ids.h"

namespace karkara {
namespace {

constexpr std::uint32_t kLongestOrderSeconds = 366U * 86'400U;
constexpr std::size_t kLongestWhy = 120;
constexpr std::size_t kLongestPrefix = 64;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 50U;

Error bad(const char* what) {
  return {ErrorCode::InvalidArgument, what};
}

const char* verb_of(v1::UplinkAct act) {
  switch (act) {
    case v1::UPLINK_ACT_SWITCH: return "uplink-switch";
    case v1::UPLINK_ACT_HOLD: return "uplink-hold";
    case v1::UPLINK_ACT_RELEASE: return "uplink-release";
    case v1::UPLINK_ACT_UNSPECIFIED:
    case v1::UplinkAct_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::UplinkAct_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return "uplink-order";
}

bool is_known(v1::UplinkAct act) {
  return act != v1::UPLINK_ACT_UNSPECIFIED && v1::UplinkAct_IsValid(act);
}

Status check_order(const v1::UplinkOrder& order) {
  if (!is_known(order.act())) {
    return bad("an order to do nothing that is known");
  }
  if (!is_plain_name(order.uplink())) {
    return bad("an order about an uplink that has no name");
  }
  if (order.seconds() > kLongestOrderSeconds) {
    return bad("an order holds for at most 366 days");
  }
  if (order.act() == v1::UPLINK_ACT_HOLD && order.why().empty()) {
    return bad("a hold needs a reason");
  }
  if (order.why().size() > kLongestWhy || first_non_utf8(order.why()) || first_control(order.why(), "")) {
    return bad("the reason is one line of at most 120 bytes");
  }
  return {};
}

std::string describe_order(const v1::UplinkOrder& order) {
  std::string text = order.uplink();
  if (order.act() != v1::UPLINK_ACT_RELEASE) {
    text += order.seconds() > 0 ? " for " + std::to_string(order.seconds()) + " s" : " without an end";
  }
  return order.why().empty() ? text : text + ": " + order.why();
}

}  // namespace

std::optional<SiteRequestKind> kind_of(const v1::SiteRequest& request) {
  switch (request.what_case()) {
    case v1::SiteRequest::kStatus: return SiteRequestKind{"ask-status", Role::Viewer};
    case v1::SiteRequest::kLiveValues: return SiteRequestKind{"ask-live-values", Role::Viewer};
    case v1::SiteRequest::kExplainUplink: return SiteRequestKind{"ask-explain-uplink", Role::Viewer};
    case v1::SiteRequest::kUsage: return SiteRequestKind{"ask-usage", Role::Viewer};
    case v1::SiteRequest::kCheck: return SiteRequestKind{"ask-check", Role::Viewer};
    case v1::SiteRequest::kDecisions: return SiteRequestKind{"ask-decisions", Role::Viewer};
    case v1::SiteRequest::kShaping: return SiteRequestKind{"ask-shaping", Role::Viewer};
    case v1::SiteRequest::kPower: return SiteRequestKind{"ask-power", Role::Viewer};
    case v1::SiteRequest::kPowerHistory: return SiteRequestKind{"ask-power-history", Role::Viewer};
    case v1::SiteRequest::kMesh: return SiteRequestKind{"ask-mesh", Role::Viewer};
    case v1::SiteRequest::kFlush: return SiteRequestKind{"flush", Role::Operator};
    case v1::SiteRequest::kReload: return SiteRequestKind{"reload", Role::Engineer};
    case v1::SiteRequest::kOrder: return SiteRequestKind{verb_of(request.order().act()), Role::Engineer};
    case v1::SiteRequest::kBalance: return SiteRequestKind{"set-balance", Role::Engineer};
    case v1::SiteRequest::WHAT_NOT_SET: break;
  }
  return std::nullopt;
}

Status check_request(const v1::SiteRequest& request) {
  if (request.has_order()) {
    return check_order(request.order());
  }
  if (request.has_balance() && !is_plain_name(request.balance().uplink())) {
    return bad("a balance of an uplink that has no name");
  }
  if (request.balance().remaining_bytes() > kMostBytes) {
    return bad("no bundle has so many bytes");
  }
  return request.live_values().name_prefix().size() > kLongestPrefix ? bad("no series has so long a name") : Status{};
}

std::string describe(const v1::SiteRequest& request) {
  if (request.has_order()) {
    return describe_order(request.order());
  }
  if (request.has_balance()) {
    return request.balance().uplink() + " has " + std::to_string(request.balance().remaining_bytes()) + " bytes left";
  }
  return "";
}

}  // namespace karkara
