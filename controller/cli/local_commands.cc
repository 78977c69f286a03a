#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/check_view.h"
#include "controller/cli/render/uplink_view.h"

namespace karkara::cli {

Exit local_status(Invocation& invocation) {
  return show_from_agent(invocation, status_query(), view_of_reply);
}

Exit local_values(Invocation& invocation) {
  return show_from_agent(invocation, values_query(invocation.argument_or(0, "")), view_of_reply);
}

Exit local_uplinks(Invocation& invocation) {
  return show_from_agent(invocation, status_query(), live_uplink_view);
}

Exit local_check(Invocation& invocation) {
  const Heard heard = ask_here(invocation, check_query());
  const Exit shown = show_heard(invocation, heard, view_of_reply);
  return shown == Exit::Ok && failures_in(heard.reply.check()) > 0 ? Exit::Failed : shown;
}

Exit local_decisions(Invocation& invocation) {
  return show_from_agent(invocation, decisions_query(),
                         [](const v1::SiteReply& reply) { return decisions_view(reply.done()); });
}

Exit local_explain(Invocation& invocation) {
  return show_from_agent(invocation, explain_query(), view_of_reply);
}

Exit local_reload(Invocation& invocation) {
  return show_from_agent(invocation, reload_command(), view_of_reply);
}

Exit local_flush(Invocation& invocation) {
  return show_from_agent(invocation, flush_command(), view_of_reply);
}

}  // namespace karkara::cli
