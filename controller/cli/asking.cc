#include "controller/cli/asking.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "common/host/nearest_name.h"
#include "common/host/system_clock.h"
#include "controller/cli/local_client.h"
#include "controller/cli/render/check_view.h"
#include "controller/cli/render/display.h"
#include "controller/cli/render/energy_view.h"
#include "controller/cli/render/mesh_view.h"
#include "controller/cli/render/power_history_view.h"
#include "controller/cli/render/shaping_view.h"
#include "controller/cli/render/site_view.h"
#include "controller/cli/render/uplink_view.h"
#include "controller/cli/render/usage_view.h"

namespace karkara::cli {
namespace {

constexpr const char* kDefaultSocket = "/run/karkara/agent.sock";
constexpr Duration kKnownTimeout = std::chrono::seconds{15};
constexpr Duration kSiteTimeout = std::chrono::seconds{30};
constexpr Duration kWayThere = std::chrono::seconds{2};  // the controller's "timed out" must still reach us
constexpr Duration kSuggestionTimeout = std::chrono::seconds{2};

v1::SiteReply::WhatCase answer_to(const v1::SiteRequest& request) {
  switch (request.what_case()) {
    case v1::SiteRequest::kStatus: return v1::SiteReply::kStatus;
    case v1::SiteRequest::kLiveValues: return v1::SiteReply::kLiveValues;
    case v1::SiteRequest::kExplainUplink: return v1::SiteReply::kExplanation;
    case v1::SiteRequest::kUsage: return v1::SiteReply::kUsage;
    case v1::SiteRequest::kCheck: return v1::SiteReply::kCheck;
    case v1::SiteRequest::kShaping: return v1::SiteReply::kShaping;
    case v1::SiteRequest::kPower: return v1::SiteReply::kPower;
    case v1::SiteRequest::kPowerHistory: return v1::SiteReply::kPowerHistory;
    case v1::SiteRequest::kMesh: return v1::SiteReply::kMesh;
    case v1::SiteRequest::kReload:
    case v1::SiteRequest::kFlush:
    case v1::SiteRequest::kOrder:
    case v1::SiteRequest::kDecisions:
    case v1::SiteRequest::kBalance: return v1::SiteReply::kDone;
    case v1::SiteRequest::WHAT_NOT_SET: break;
  }
  return v1::SiteReply::WHAT_NOT_SET;
}

Heard heard_of(const v1::SiteRequest& request, v1::SiteReply reply) {
  if (reply.code() != 0) {
    // Hostile until cleaned, so that it stays one line.
    const std::string text = clean_text(reply.error());
    return {exit_of_site(reply.code()), text.empty() ? fmt::format("refused with code {}", reply.code()) : text};
  }
  if (reply.what_case() != answer_to(request)) {
    return {Exit::Failed, "the site answered something else: its agent may be of another version"};
  }
  return {Exit::Ok, "", std::move(reply)};
}

Result<v1::SiteReply> call_site(Invocation& invocation, const std::string& site, const v1::SiteRequest& request,
                                Duration timeout) {
  const auto noc = invocation.noc();
  if (!noc) {
    return noc.error();
  }
  v1::CallSiteRequest call;
  call.set_site_id(site);
  *call.mutable_request() = request;
  call.set_timeout_ms(static_cast<std::uint32_t>(
      std::min<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count(), UINT32_MAX)));
  return (*noc)->call_site(call, timeout + kWayThere);
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// A question that consists of its kind alone.
template <class Question>
v1::SiteRequest asking(Question* (v1::SiteRequest::*kind)()) {
  v1::SiteRequest request;
  (request.*kind)();
  return request;
}

}  // namespace

v1::SiteRequest status_query() {
  return asking(&v1::SiteRequest::mutable_status);
}

v1::SiteRequest values_query(const std::string& prefix) {
  v1::SiteRequest request;
  request.mutable_live_values()->set_name_prefix(prefix);
  return request;
}

v1::SiteRequest explain_query() {
  return asking(&v1::SiteRequest::mutable_explain_uplink);
}

v1::SiteRequest reload_command() {
  return asking(&v1::SiteRequest::mutable_reload);
}

v1::SiteRequest flush_command() {
  return asking(&v1::SiteRequest::mutable_flush);
}

v1::SiteRequest usage_query() {
  return asking(&v1::SiteRequest::mutable_usage);
}

v1::SiteRequest check_query() {
  return asking(&v1::SiteRequest::mutable_check);
}

v1::SiteRequest decisions_query() {
  return asking(&v1::SiteRequest::mutable_decisions);
}

v1::SiteRequest shaping_query(bool with_hosts) {
  v1::SiteRequest request;
  request.mutable_shaping()->set_hosts(with_hosts);
  return request;
}

v1::SiteRequest power_query() {
  return asking(&v1::SiteRequest::mutable_power);
}

v1::SiteRequest power_history_query() {
  return asking(&v1::SiteRequest::mutable_power_history);
}

v1::SiteRequest mesh_query() {
  return asking(&v1::SiteRequest::mutable_mesh);
}

View view_of_reply(const v1::SiteReply& reply) {
  switch (reply.what_case()) {
    case v1::SiteReply::kStatus: return status_view(reply.status());
    case v1::SiteReply::kLiveValues: return live_values_view(reply.live_values());
    case v1::SiteReply::kExplanation: return explanation_view(reply.explanation());
    case v1::SiteReply::kDone: return done_view(reply.done());
    case v1::SiteReply::kUsage: return usage_view(reply.usage());
    case v1::SiteReply::kCheck: return check_view(reply.check());
    case v1::SiteReply::kShaping: return shaping_view(reply.shaping());
    case v1::SiteReply::kPower: return forecast_view(reply.power());
    case v1::SiteReply::kPowerHistory: return power_history_view(reply.power_history());
    case v1::SiteReply::kMesh: return mesh_view(reply.mesh());
    case v1::SiteReply::WHAT_NOT_SET: break;
  }
  return {};
}

Exit show_heard(Invocation& invocation, const Heard& heard, ViewOf view_of) {
  if (heard.exit == Exit::Ok) {
    return invocation.show(view_of(heard.reply));
  }
  if (!heard.why.empty()) {
    invocation.say(heard.why);
  }
  return heard.exit;
}

Heard ask_site(Invocation& invocation, const std::string& site, const v1::SiteRequest& request) {
  const auto reply = call_site(invocation, site, request, invocation.timeout_or(kSiteTimeout));
  return reply ? heard_of(request, *reply) : Heard{fail_for_site(invocation, site, reply.error())};
}

Heard ask_site_again(Invocation& invocation, const std::string& site, const v1::SiteRequest& request,
                     Duration usual_timeout) {
  const auto reply = call_site(invocation, site, request, invocation.timeout_or(usual_timeout));
  return reply ? heard_of(request, *reply) : Heard{exit_of(reply.error().code), clean_text(reply.error().text)};
}

Exit show_from_site(Invocation& invocation, const std::string& site, const v1::SiteRequest& request, ViewOf view_of) {
  return show_heard(invocation, ask_site(invocation, site, request), view_of);
}

Exit show_known_or_live(Invocation& invocation, View (*known)(const v1::SiteDetail&), ViewOf live) {
  const std::string& id = invocation.argument(0);
  if (invocation.has("live")) {
    return show_from_site(invocation, id, status_query(), live);
  }
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const auto site = (*noc)->site(id, invocation.timeout_or(kKnownTimeout));
  return site ? invocation.show(known(*site)) : fail_for_site(invocation, id, site.error());
}

Heard ask_here(Invocation& invocation, v1::SiteRequest request, Duration usual_timeout) {
  const SystemClock clock;
  const Duration timeout = invocation.timeout_or(usual_timeout);
  request.set_id(1);
  request.set_asked_by(fmt::format("local:uid-{}", ::getuid()));
  request.set_expires_in_ms(static_cast<std::uint32_t>(
      std::min<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(timeout).count(), UINT32_MAX)));
  const auto reply = ask_agent(invocation.option("socket").value_or(kDefaultSocket), request, timeout, clock);
  return reply ? heard_of(request, *reply) : Heard{exit_of(reply.error().code), reply.error().text};
}

Exit show_from_agent(Invocation& invocation, v1::SiteRequest request, ViewOf view_of) {
  return show_heard(invocation, ask_here(invocation, std::move(request)), view_of);
}

Exit fail_for_site(Invocation& invocation, const std::string& site, const Error& error) {
  const auto noc = invocation.noc();
  if (error.code != ErrorCode::NotFound || !noc) {
    return invocation.fail(error);
  }
  std::vector<std::string> known;
  if (const auto sites = (*noc)->list_sites({}, kSuggestionTimeout)) {
    for (const v1::SiteSummary& summary : sites->sites()) {
      known.push_back(summary.site().id());
    }
  }
  return invocation.fail(
      {ErrorCode::NotFound, fmt::format("there is no site '{}'{}", site, did_you_mean(lower_case(site), known))});
}

}  // namespace karkara::cli
