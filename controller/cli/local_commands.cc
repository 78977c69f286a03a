#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"

namespace karkara::cli {

Exit local_status(Invocation& invocation) {
  return show_from_agent(invocation, status_query(), view_of_reply);
}

Exit local_values(Invocation& invocation) {
  return show_from_agent(invocation, values_query(invocation.argument_or(0, "")), view_of_reply);
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
