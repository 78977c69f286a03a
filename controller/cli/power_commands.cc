#include <algorithm>

#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/energy_view.h"
#include "controller/cli/render/power_history_view.h"
#include "controller/cli/render/power_view.h"
#include "controller/cli/render/soiling_view.h"

namespace karkara::cli {
namespace {

constexpr std::uint64_t kMostEvents = 1'000'000;
constexpr Duration kKnownTimeout = std::chrono::seconds{15};

View live_power(const v1::SiteReply& reply) {
  return live_power_view(reply.status());
}

View happened(const v1::SiteReply& reply) {
  return power_events_view(reply.power());
}

View whole_page(const v1::SiteReply& reply) {
  return power_page(reply.power());
}

// Of the newest first: what is beyond the limit is the oldest.
void keep_newest(v1::Power& power, std::uint64_t limit) {
  const int kept = static_cast<int>(std::min<std::uint64_t>(limit, static_cast<std::uint64_t>(power.events_size())));
  power.mutable_events()->DeleteSubrange(kept, power.events_size() - kept);
}

}  // namespace

Exit power_show(Invocation& invocation) {
  return show_known_or_live(invocation, power_view, live_power);
}

Exit power_forecast(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), power_query(), view_of_reply);
}

// What the site says, and below it what its neighbours say; a controller that is older knows nothing of them.
Exit power_explain(Invocation& invocation) {
  const std::string& site = invocation.argument(0);
  const Heard heard = ask_site(invocation, site, power_query());
  if (heard.exit != Exit::Ok) {
    return show_heard(invocation, heard, whole_page);
  }
  View view = power_explanation(heard.reply.power());
  v1::ListSoilingRequest request;
  request.set_site_id(site);
  const auto noc = invocation.noc();
  const auto soiling = noc ? (*noc)->list_soiling(request, invocation.timeout_or(kKnownTimeout))
                           : Result<v1::ListSoilingReply>{noc.error()};
  if (soiling && soiling->sites_size() == 1) {
    view.sections.push_back(neighbours_section(soiling->sites(0)));
  }
  return invocation.show(view);
}

Exit power_soiling(Invocation& invocation) {
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  v1::ListSoilingRequest request;
  request.set_region(invocation.option("region").value_or(""));
  request.set_site_id(invocation.option("site").value_or(""));
  const auto reply = (*noc)->list_soiling(request, invocation.timeout_or(kKnownTimeout));
  return reply ? invocation.show(soiling_view(*reply)) : fail_for_site(invocation, request.site_id(), reply.error());
}

Exit power_events(Invocation& invocation) {
  std::uint64_t limit = kMostEvents;
  if (const auto text = invocation.option("limit")) {
    const auto wanted = parse_count("--limit", *text, kMostEvents);
    if (!wanted) {
      return invocation.fail(wanted.error());
    }
    limit = *wanted;
  }
  Heard heard = ask_site(invocation, invocation.argument(0), power_query());
  if (heard.exit == Exit::Ok) {
    keep_newest(*heard.reply.mutable_power(), limit);
  }
  return show_heard(invocation, heard, happened);
}

// Of a site that is off line what the controller was told; an older controller knows nothing of it.
Exit power_history(Invocation& invocation) {
  const std::string& site = invocation.argument(0);
  const Heard heard = ask_site(invocation, site, power_history_query());
  if (heard.exit == Exit::SiteOffline) {
    const auto noc = invocation.noc();
    const auto told = noc ? (*noc)->power_history(site, invocation.timeout_or(kKnownTimeout))
                          : Result<v1::PowerHistoryReply>{noc.error()};
    if (told && !told->history().chargers().empty()) {
      invocation.say(heard.why);
      return invocation.show(power_history_view(told->history()));
    }
  }
  return show_heard(invocation, heard, view_of_reply);
}

Exit local_power_history(Invocation& invocation) {
  return show_from_agent(invocation, power_history_query(), view_of_reply);
}

Exit local_power(Invocation& invocation) {
  return show_from_agent(invocation, power_query(), whole_page);
}

}  // namespace karkara::cli
