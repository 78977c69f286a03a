// Requests as they arrive: from_proto() and decode_request() of proto_conversion.h.
#include <chrono>
#include <string>
#include <utility>

#include "agent/io/proto_conversion.h"
#include "common/host/text_checks.h"

namespace karkara {
namespace {

constexpr std::uint32_t kLongestOrderSeconds = 366U * 86'400U;
constexpr std::size_t kLongestWhy = 120;  // as much as is kept over a restart

Result<UplinkAct> act_of(v1::UplinkAct act) {
  switch (act) {
    case v1::UPLINK_ACT_SWITCH: return UplinkAct::Switch;
    case v1::UPLINK_ACT_HOLD: return UplinkAct::Hold;
    case v1::UPLINK_ACT_RELEASE: return UplinkAct::Release;
    case v1::UPLINK_ACT_UNSPECIFIED:
    case v1::UplinkAct_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::UplinkAct_INT_MAX_SENTINEL_DO_NOT_USE_: break;
  }
  return Error{ErrorCode::InvalidArgument, "this agent does not know the order (it may be older than the asker)"};
}

// A hold without a reason would be forgotten for a router that nobody dares to touch.
Status check_why(const v1::UplinkOrder& order) {
  if (order.act() == v1::UPLINK_ACT_HOLD && order.why().empty()) {
    return Error{ErrorCode::InvalidArgument, "a hold needs a reason"};
  }
  if (order.why().size() > kLongestWhy) {
    return Error{ErrorCode::InvalidArgument, "the reason is longer than 120 bytes"};
  }
  if (first_non_utf8(order.why()) || first_control(order.why(), "")) {
    return Error{ErrorCode::InvalidArgument, "the reason is not one line of text"};
  }
  return {};
}

Result<UplinkOrder> order_of(const v1::UplinkOrder& message) {
  const auto act = act_of(message.act());
  if (!act) {
    return act.error();
  }
  const auto uplink = UplinkId::parse(message.uplink());
  if (!uplink) {
    return uplink.error();
  }
  if (message.seconds() > kLongestOrderSeconds) {
    return Error{ErrorCode::InvalidArgument, "an order holds for at most 366 days"};
  }
  if (Status why = check_why(message); !why) {
    return why.error();
  }
  const auto time = message.seconds() > 0 ? std::optional<Duration>{std::chrono::seconds{message.seconds()}}
                                          : std::optional<Duration>{};
  return UplinkOrder{*act, *uplink, time, message.why()};
}

Result<BalanceTold> balance_of(const v1::BalanceCommand& message) {
  const auto uplink = UplinkId::parse(message.uplink());
  if (!uplink) {
    return uplink.error();
  }
  if (message.remaining_bytes() > kMostTraffic) {
    return Error{ErrorCode::InvalidArgument, "no bundle has so many bytes"};
  }
  return BalanceTold{*uplink, message.remaining_bytes()};
}

RequestKind kind_of(v1::SiteRequest::WhatCase what) {
  switch (what) {
    case v1::SiteRequest::kStatus: return RequestKind::TellStatus;
    case v1::SiteRequest::kLiveValues: return RequestKind::LiveValues;
    case v1::SiteRequest::kExplainUplink: return RequestKind::ExplainUplink;
    case v1::SiteRequest::kReload: return RequestKind::Reload;
    case v1::SiteRequest::kFlush: return RequestKind::Flush;
    case v1::SiteRequest::kOrder: return RequestKind::OrderUplink;
    case v1::SiteRequest::kUsage: return RequestKind::TellUsage;
    case v1::SiteRequest::kCheck: return RequestKind::CheckSite;
    case v1::SiteRequest::kDecisions: return RequestKind::TellDecisions;
    case v1::SiteRequest::kBalance: return RequestKind::SetBalance;
    case v1::SiteRequest::kShaping: return RequestKind::TellShaping;
    case v1::SiteRequest::kPower: return RequestKind::TellPower;
    case v1::SiteRequest::kPowerHistory: return RequestKind::TellPowerHistory;
    case v1::SiteRequest::kMesh: return RequestKind::TellMesh;
    case v1::SiteRequest::WHAT_NOT_SET: break;
  }
  return RequestKind::TellStatus;
}

}  // namespace

Result<SiteRequest> from_proto(const v1::SiteRequest& request, Instant now) {
  if (request.what_case() == v1::SiteRequest::WHAT_NOT_SET) {
    return Error{ErrorCode::InvalidArgument, "this agent does not know the request (it may be older than the asker)"};
  }
  SiteRequest fact;
  fact.id = request.id();
  fact.asked_by = request.asked_by();
  fact.epoch = request.epoch();
  fact.kind = kind_of(request.what_case());
  fact.name_prefix = request.live_values().name_prefix();
  fact.with_hosts = request.shaping().hosts();
  if (request.has_order()) {
    auto order = order_of(request.order());
    if (!order) {
      return order.error();
    }
    fact.order = std::move(*order);
  }
  if (request.has_balance()) {
    auto balance = balance_of(request.balance());
    if (!balance) {
      return balance.error();
    }
    fact.balance = std::move(*balance);
  }
  if (request.expires_in_ms() > 0) {
    fact.expires = now + std::chrono::milliseconds{request.expires_in_ms()};
  }
  return fact;
}

Result<SiteRequest> decode_request(std::string_view bytes, Instant now) {
  v1::SiteRequest request;
  if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error{ErrorCode::InvalidArgument, "not a request"};
  }
  return from_proto(request, now);
}

}  // namespace karkara
