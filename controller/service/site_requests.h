// What operators may ask of sites: what each request is called in the audit log, which role it needs, and what it says.
// Refuses orders that no operator means, so that nothing of the kind travels over a satellite or into the audit log.
// Called by the Noc service's CallSite.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "controller/identity/role.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara {

struct SiteRequestKind {
  const char* verb;
  Role needed;
};
// Nothing for a request that says nothing, or is newer than this program.
[[nodiscard]] std::optional<SiteRequestKind> kind_of(const v1::SiteRequest& request);

// InvalidArgument: an uplink that is no name, an act that is none, an order for more than 366 days, a hold without a
// reason, a reason that is not one line of at most 120 bytes, a balance that no bundle has.
[[nodiscard]] Status check_request(const v1::SiteRequest& request);

// "lte for 7200 s: the SIM is lent"; empty for what has nothing more to say. Only of a request that was checked.
[[nodiscard]] std::string describe(const v1::SiteRequest& request);

}  // namespace karkara
