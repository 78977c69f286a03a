#include <cmath>

#include "common/host/text_checks.h"
#include "controller/service/noc_messages.h"

namespace karkara {
namespace {

constexpr std::size_t kLongestText = 80;  // characters, as in the site's configuration
constexpr Metres kHighestMast{300};

Status check_text(const std::string& field, const std::string& text) {
  if (count_characters(text) > kLongestText || first_control(text, "")) {
    return Error{ErrorCode::InvalidArgument, field + ": at most 80 characters, without control characters"};
  }
  return {};
}

Status check_degrees(const std::string& field, const std::optional<Degrees>& value, double most) {
  if (value && !(std::abs(value->value()) <= most)) {  // also refuses NaN
    return Error{ErrorCode::InvalidArgument, field + ": from " + std::to_string(static_cast<int>(-most)) + " to " +
                                                 std::to_string(static_cast<int>(most)) + " degrees"};
  }
  return {};
}

Status check_mast(const std::optional<Metres>& mast) {
  const bool fine = !mast || (*mast >= Metres{1} && *mast <= kHighestMast);  // also refuses NaN
  return fine ? Status{} : Error{ErrorCode::InvalidArgument, "mast: from 1 to 300 m"};
}

Status take_field(const std::string& field, const v1::Site& wanted, SiteRecord& record) {
  if (field == "name") {
    record.name = wanted.name();
  } else if (field == "commune") {
    record.commune = wanted.commune();
  } else if (field == "region") {
    record.region = wanted.region();
  } else if (field == "latitude") {
    record.latitude = wanted.has_latitude() ? std::optional{Degrees{wanted.latitude()}} : std::nullopt;
  } else if (field == "longitude") {
    record.longitude = wanted.has_longitude() ? std::optional{Degrees{wanted.longitude()}} : std::nullopt;
  } else if (field == "mast_metres") {
    record.mast = wanted.has_mast_metres() ? std::optional{Metres{wanted.mast_metres()}} : std::nullopt;
  } else {
    return Error{ErrorCode::InvalidArgument,
                 "no field '" + field + "' (there are name, commune, region, latitude, longitude, mast_metres)"};
  }
  return {};
}

}  // namespace

Result<SiteRecord> merge(const SiteRecord& current, const v1::PutSiteRequest& request) {
  SiteRecord record = current;
  if (request.fields().empty()) {
    for (const char* field : {"name", "commune", "region", "latitude", "longitude", "mast_metres"}) {
      static_cast<void>(take_field(field, request.site(), record));
    }
  }
  for (const std::string& field : request.fields()) {
    if (Status taken = take_field(field, request.site(), record); !taken) {
      return taken.error();
    }
  }
  for (const Status& checked : {check_text("name", record.name), check_text("commune", record.commune),
                                check_text("region", record.region), check_degrees("latitude", record.latitude, 90),
                                check_degrees("longitude", record.longitude, 180), check_mast(record.mast)}) {
    if (!checked) {
      return checked.error();
    }
  }
  return record;
}

}  // namespace karkara
