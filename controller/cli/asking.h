// Asking a site through the controller, or the agent on this router: the same questions, the same views.
// Refuses to show half an answer. Called by the site, uplink, power and local commands.
#pragma once

#include "controller/cli/invocation.h"
#include "controller/cli/noc_client.h"

namespace karkara::cli {

// The questions and commands that need nothing more than this.
[[nodiscard]] v1::SiteRequest status_query();
[[nodiscard]] v1::SiteRequest values_query(const std::string& prefix);
[[nodiscard]] v1::SiteRequest explain_query();
[[nodiscard]] v1::SiteRequest reload_command();
[[nodiscard]] v1::SiteRequest flush_command();
[[nodiscard]] v1::SiteRequest usage_query();
[[nodiscard]] v1::SiteRequest check_query();
[[nodiscard]] v1::SiteRequest decisions_query();
[[nodiscard]] v1::SiteRequest shaping_query(bool with_hosts = false);
[[nodiscard]] v1::SiteRequest power_query();
[[nodiscard]] v1::SiteRequest power_history_query();
[[nodiscard]] v1::SiteRequest mesh_query();

// What came of a question: a reply that has what was asked for, or why there is none and what to end with.
struct Heard {
  Exit exit = Exit::Ok;
  std::string why{};  // said to the person unless empty: then it was said already
  v1::SiteReply reply{};
};
// Through the controller; from the agent behind --socket. Neither shows anything.
[[nodiscard]] Heard ask_site(Invocation& invocation, const std::string& site, const v1::SiteRequest& request);
// The same question once more, of a screen that goes on: nothing is said, not even about a site that is not there.
[[nodiscard]] Heard ask_site_again(Invocation& invocation, const std::string& site, const v1::SiteRequest& request,
                                   Duration usual_timeout);
inline constexpr Duration kAgentTimeout = std::chrono::seconds{15};
[[nodiscard]] Heard ask_here(Invocation& invocation, v1::SiteRequest request, Duration usual_timeout = kAgentTimeout);

using ViewOf = View (*)(const v1::SiteReply& reply);  // of a reply that has what was asked for

// Shows the view, or says why there is no answer.
Exit show_heard(Invocation& invocation, const Heard& heard, ViewOf view_of);
// Through the controller.
Exit show_from_site(Invocation& invocation, const std::string& site, const v1::SiteRequest& request, ViewOf view_of);
// What the controller knows of the site that is the first argument, or with --live what the site says itself.
Exit show_known_or_live(Invocation& invocation, View (*known)(const v1::SiteDetail&), ViewOf live);
// From the agent behind --socket.
Exit show_from_agent(Invocation& invocation, v1::SiteRequest request, ViewOf view_of);

// The views of whole replies.
[[nodiscard]] View view_of_reply(const v1::SiteReply& reply);

// An error about a site: one that is not known gets "did you mean".
Exit fail_for_site(Invocation& invocation, const std::string& site, const Error& error);

}  // namespace karkara::cli
