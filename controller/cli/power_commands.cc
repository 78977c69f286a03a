#include <algorithm>

#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/energy_view.h"
#include "controller/cli/render/power_view.h"

namespace karkara::cli {
namespace {

constexpr std::uint64_t kMostEvents = 1'000'000;

View live_power(const v1::SiteReply& reply) {
  return live_power_view(reply.status());
}

View explained(const v1::SiteReply& reply) {
  return power_explanation(reply.power());
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

Exit power_explain(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), power_query(), explained);
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

Exit local_power(Invocation& invocation) {
  return show_from_agent(invocation, power_query(), whole_page);
}

}  // namespace karkara::cli
