#include <fmt/format.h>

#include "common/host/unit_text.h"
#include "common/ids.h"
#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/site_view.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{15};
constexpr double kHighestMast = 300;

Result<double> degrees(const Invocation& invocation, std::string_view option, double limit) {
  const auto value = parse_real(*invocation.option(option), v1::UNIT_DEGREES);
  if (!value) {
    return value.error().in(fmt::format("--{}", option));
  }
  if (!(*value >= -limit && *value <= limit)) {
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("--{}: {} is not between -{} and {}", option, *value, limit, limit)};
  }
  return value;
}

Status take_mast(const Invocation& invocation, v1::PutSiteRequest& request) {
  const auto text = invocation.option("mast");
  if (!text) {
    return {};
  }
  const auto metres = parse_real(*text, v1::UNIT_METRES);
  if (!metres) {
    return metres.error().in("--mast");
  }
  if (!(*metres >= 1 && *metres <= kHighestMast)) {
    return Error{ErrorCode::InvalidArgument, fmt::format("--mast: {} is not between 1m and {}m", *text, kHighestMast)};
  }
  request.mutable_site()->set_mast_metres(*metres);
  request.add_fields("mast_metres");
  return {};
}

// Puts what was typed into the request, and its name into the fields that count.
Status take_options(const Invocation& invocation, v1::PutSiteRequest& request) {
  v1::Site& site = *request.mutable_site();
  const auto take = [&](const char* option, auto set) {
    if (const auto text = invocation.option(option)) {
      set(*text);
      request.add_fields(option);
    }
  };
  take("name", [&](const std::string& text) { site.set_name(text); });
  take("commune", [&](const std::string& text) { site.set_commune(text); });
  take("region", [&](const std::string& text) { site.set_region(text); });
  if (invocation.has("lat")) {
    const auto value = degrees(invocation, "lat", 90);
    if (!value) {
      return value.error();
    }
    site.set_latitude(*value);
    request.add_fields("latitude");
  }
  if (invocation.has("lon")) {
    const auto value = degrees(invocation, "lon", 180);
    if (!value) {
      return value.error();
    }
    site.set_longitude(*value);
    request.add_fields("longitude");
  }
  return take_mast(invocation, request);
}

Exit put(Invocation& invocation, const v1::PutSiteRequest& request, const std::string& deed) {
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const auto site = (*noc)->put_site(request, invocation.timeout_or(kTimeout));
  return site ? invocation.show(site_saved_view(*site, deed))
              : fail_for_site(invocation, request.site().id(), site.error());
}

}  // namespace

Exit site_add(Invocation& invocation) {
  const auto id = SiteId::parse(invocation.argument(0));
  if (!id) {
    return invocation.fail(id.error());
  }
  v1::PutSiteRequest request;
  request.set_mode(v1::PutSiteRequest::MODE_ADD);
  request.mutable_site()->set_id(id->text());
  if (Status taken = take_options(invocation, request); !taken) {
    return invocation.fail(taken.error());
  }
  request.clear_fields();
  if (request.site().has_latitude() != request.site().has_longitude()) {
    return invocation.fail({ErrorCode::InvalidArgument, "--lat and --lon go together"});
  }
  return put(invocation, request, "added");
}

Exit site_edit(Invocation& invocation) {
  v1::PutSiteRequest request;
  request.set_mode(v1::PutSiteRequest::MODE_EDIT);
  request.mutable_site()->set_id(invocation.argument(0));
  if (Status taken = take_options(invocation, request); !taken) {
    return invocation.fail(taken.error());
  }
  if (request.fields().empty()) {
    return invocation.fail(
        {ErrorCode::InvalidArgument, "nothing to change: give --name, --commune, --region, --lat, --lon or --mast"});
  }
  if (const auto text = invocation.option("revision")) {
    const auto revision = parse_count("--revision", *text, UINT64_MAX);
    if (!revision) {
      return invocation.fail(revision.error());
    }
    request.mutable_site()->set_revision(*revision);
  }
  return put(invocation, request, "edited");
}

}  // namespace karkara::cli
