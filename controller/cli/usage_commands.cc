#include <fmt/format.h>

#include <cmath>

#include "common/host/unit_text.h"
#include "common/ids.h"
#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"

namespace karkara::cli {
namespace {

// "lte=1.2GB"
Result<v1::SiteRequest> balance_command(const std::string& text) {
  constexpr auto kMostBytes = static_cast<double>(std::uint64_t{1} << 50U);
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || !is_plain_name(text.substr(0, equals))) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("--set: '{}' is not UPLINK=REMAINING, such as lte=1.2GB", text)};
  }
  const auto bytes = parse_real(text.substr(equals + 1), v1::UNIT_BYTES);
  if (!bytes) {
    return bytes.error().in("--set");
  }
  if (!std::isfinite(*bytes) || *bytes < 0 || *bytes > kMostBytes) {
    return Error{ErrorCode::InvalidArgument, "--set: no bundle has so many bytes"};
  }
  v1::SiteRequest request;
  request.mutable_balance()->set_uplink(text.substr(0, equals));
  request.mutable_balance()->set_remaining_bytes(static_cast<std::uint64_t>(std::llround(*bytes)));
  return request;
}

// The question, or with --set the correction.
Result<v1::SiteRequest> request_of(const Invocation& invocation) {
  const auto correction = invocation.option("set");
  return correction ? balance_command(*correction) : Result<v1::SiteRequest>{usage_query()};
}

}  // namespace

Exit uplink_usage(Invocation& invocation) {
  const auto request = request_of(invocation);
  return request ? show_from_site(invocation, invocation.argument(0), *request, view_of_reply)
                 : invocation.fail(request.error());
}

Exit local_usage(Invocation& invocation) {
  const auto request = request_of(invocation);
  return request ? show_from_agent(invocation, *request, view_of_reply) : invocation.fail(request.error());
}

}  // namespace karkara::cli
