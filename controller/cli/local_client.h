// Asks the agent on this router over its unix socket: one request, one answer.
// Refuses to wait for ever, and says in one line why there is no answer. Called by the local commands.
#pragma once

#include <string>

#include "common/result.h"
#include "common/time.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// Errors: Unavailable: the agent is not running or went away; PermissionDenied: the socket is not ours to open;
// DeadlineExceeded; DataLoss: what came was no answer to this request; InvalidArgument: the path cannot be a socket's.
[[nodiscard]] Result<v1::SiteReply> ask_agent(const std::string& path, const v1::SiteRequest& request, Duration timeout,
                                              const Clock& clock);

}  // namespace karkara::cli
