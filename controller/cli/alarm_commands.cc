#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/alarm_view.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{15};
constexpr std::uint64_t kMostListed = 1'000'000;

// 0 when it was not given: the controller's own limit.
Result<std::uint32_t> limit_of(const Invocation& invocation) {
  const auto text = invocation.option("limit");
  if (!text) {
    return std::uint32_t{0};
  }
  const auto limit = parse_count("--limit", *text, kMostListed);
  if (!limit) {
    return limit.error();
  }
  return static_cast<std::uint32_t>(*limit);
}

}  // namespace

Exit alarm_list(Invocation& invocation) {
  const auto limit = limit_of(invocation);
  if (!limit) {
    return invocation.fail(limit.error());
  }
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  v1::ListAlarmsRequest request;
  request.set_site_id(invocation.option("site").value_or(""));
  request.set_include_cleared(invocation.has("all"));
  request.set_limit(*limit);
  const auto reply = (*noc)->list_alarms(request, invocation.timeout_or(kTimeout));
  return reply ? invocation.show(alarm_list_view(*reply, invocation.language()))
               : fail_for_site(invocation, request.site_id(), reply.error());
}

Exit alarm_show(Invocation& invocation) {
  const auto id = parse_count("ID", invocation.argument(0), UINT64_MAX);
  if (!id) {
    return invocation.fail(id.error());
  }
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const auto alarm = (*noc)->alarm(*id, invocation.timeout_or(kTimeout));
  return alarm ? invocation.show(alarm_view(*alarm, invocation.language())) : invocation.fail(alarm.error());
}

Exit audit_list(Invocation& invocation) {
  const auto limit = limit_of(invocation);
  if (!limit) {
    return invocation.fail(limit.error());
  }
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const auto reply = (*noc)->list_audit(*limit, invocation.timeout_or(kTimeout));
  if (!reply) {
    return invocation.fail(reply.error());
  }
  const Exit shown = invocation.show(audit_list_view(*reply));
  if (!reply->chain_intact()) {
    invocation.say("THE AUDIT LOG'S CHAIN IS BROKEN: " + reply->chain_error());
    return Exit::Failed;
  }
  return shown;
}

}  // namespace karkara::cli
