// Orders about uplinks, to a site or to the agent on this router: what could go wrong is said before they are given.
#include <fmt/format.h>

#include <algorithm>

#include "common/host/text_checks.h"
#include "common/ids.h"
#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/order_risks.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{15};
constexpr std::size_t kLongestWhy = 120;

Result<std::uint32_t> seconds_of(const Invocation& invocation) {
  const auto text = invocation.option("for");
  if (!text) {
    return std::uint32_t{0};
  }
  const auto time = parse_duration("for", *text);
  if (!time) {
    return time.error();
  }
  return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(*time).count());
}

Result<v1::UplinkOrder> order_of(const Invocation& invocation, v1::UplinkAct act, const std::string& uplink) {
  v1::UplinkOrder order;
  if (!is_plain_name(uplink)) {
    return Error{ErrorCode::InvalidArgument, fmt::format("UPLINK: '{}' is no name of an uplink", uplink)};
  }
  const auto seconds = seconds_of(invocation);
  if (!seconds) {
    return seconds.error();
  }
  const std::string why = invocation.option("why").value_or("");
  if (act == v1::UPLINK_ACT_HOLD && why.empty()) {
    return Error{ErrorCode::InvalidArgument, "a hold needs --why TEXT: whoever finds the uplink held wants to know"};
  }
  if (why.size() > kLongestWhy || first_non_utf8(why) || first_control(why, "")) {
    return Error{ErrorCode::InvalidArgument, "--why: one line of at most 120 bytes"};
  }
  order.set_act(act);
  order.set_uplink(uplink);
  order.set_seconds(*seconds);
  order.set_why(why);
  return order;
}

bool is_accepted(const Invocation& invocation, std::string_view risk) {
  const std::string accepted = "," + invocation.option("accept-risk").value_or("") + ",";
  return accepted.find(fmt::format(",{},", risk)) != std::string::npos;
}

// Ok when nothing is left that nobody has accepted.
Exit face_risks(Invocation& invocation, const std::vector<Risk>& risks) {
  std::string missing;
  for (const Risk& risk : risks) {
    if (!is_accepted(invocation, risk.name)) {
      invocation.say(fmt::format("risk {}: {}", risk.name, risk.text));
      missing += fmt::format(" --accept-risk {}", risk.name);
    }
  }
  if (missing.empty()) {
    return Exit::Ok;
  }
  if (invocation.around().ask) {
    if (invocation.around().ask("Do it all the same? Only 'yes' does: ") == "yes") {
      return Exit::Ok;
    }
    invocation.say("nothing was done");
  } else {
    invocation.say("nothing was done; to do it all the same add" + missing);
  }
  return Exit::RiskNotAccepted;
}

// What the controller heard last of the site: orders are given to sites that are there, and asking costs satellite
// bytes.
Heard report_of_site(Invocation& invocation, const std::string& id) {
  const auto noc = invocation.noc();
  if (!noc) {
    return {invocation.fail(noc.error())};
  }
  const auto site = (*noc)->site(id, invocation.timeout_or(kTimeout));
  if (!site) {
    return {fail_for_site(invocation, id, site.error())};
  }
  if (!site->session_open() || !site->has_report()) {
    return {Exit::SiteOffline, fmt::format("site {} is offline", id)};
  }
  Heard heard;
  *heard.reply.mutable_status()->mutable_state() = site->report();
  return heard;
}

template <class Report, class Send>
Exit give(Invocation& invocation, v1::UplinkAct act, const std::string& uplink, Report report, Send send) {
  const auto order = order_of(invocation, act, uplink);
  if (!order) {
    return invocation.fail(order.error());
  }
  if (act != v1::UPLINK_ACT_RELEASE) {
    const Heard heard = report();
    if (heard.exit != Exit::Ok) {
      return show_heard(invocation, heard, nullptr);
    }
    const auto risks = risks_of(*order, heard.reply.status().state());
    if (!risks) {
      return invocation.fail(risks.error());
    }
    if (const Exit faced = face_risks(invocation, *risks); faced != Exit::Ok) {
      return faced;
    }
  }
  v1::SiteRequest request;
  *request.mutable_order() = *order;
  return show_heard(invocation, send(request), view_of_reply);
}

Exit give_to_site(Invocation& invocation, v1::UplinkAct act) {
  const std::string& site = invocation.argument(0);
  return give(
      invocation, act, invocation.argument(1), [&] { return report_of_site(invocation, site); },
      [&](const v1::SiteRequest& request) { return ask_site(invocation, site, request); });
}

Exit give_here(Invocation& invocation, v1::UplinkAct act) {
  return give(
      invocation, act, invocation.argument(0), [&] { return ask_here(invocation, status_query()); },
      [&](const v1::SiteRequest& request) { return ask_here(invocation, request); });
}

}  // namespace

Exit uplink_switch(Invocation& invocation) {
  return give_to_site(invocation, v1::UPLINK_ACT_SWITCH);
}

Exit uplink_hold(Invocation& invocation) {
  return give_to_site(invocation, v1::UPLINK_ACT_HOLD);
}

Exit uplink_release(Invocation& invocation) {
  return give_to_site(invocation, v1::UPLINK_ACT_RELEASE);
}

Exit local_switch(Invocation& invocation) {
  return give_here(invocation, v1::UPLINK_ACT_SWITCH);
}

Exit local_hold(Invocation& invocation) {
  return give_here(invocation, v1::UPLINK_ACT_HOLD);
}

Exit local_release(Invocation& invocation) {
  return give_here(invocation, v1::UPLINK_ACT_RELEASE);
}

}  // namespace karkara::cli
