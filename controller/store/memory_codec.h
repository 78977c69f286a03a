// The last known of a site, and an alarm's fields, as the bytes that the store keeps: messages of the contract, so that
// later versions read older ones. Refuses nothing that parses: what is missing is absent. Also used by
// controller/service, since a report travels and rests in one form.
#pragma once

#include <string>
#include <string_view>

#include "controller/fleet/site_view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara {

// A device's own time, kept between 1970 and 2200 so that no arithmetic with it overflows.
[[nodiscard]] WallTime device_time(std::int64_t microseconds);

[[nodiscard]] SiteReport to_report(const v1::StateReport& message);
[[nodiscard]] v1::StateReport to_message(const SiteReport& report);
[[nodiscard]] Fields to_fields(const google::protobuf::RepeatedPtrField<v1::Field>& messages);
void add_fields(const Fields& fields, google::protobuf::RepeatedPtrField<v1::Field>& messages);

[[nodiscard]] std::string encode_memory(const SiteMemory& memory);
[[nodiscard]] Result<SiteMemory> decode_memory(std::string_view bytes, const SiteId& site);
[[nodiscard]] std::string encode_fields(const Fields& fields);
[[nodiscard]] Fields decode_fields(std::string_view bytes);

}  // namespace karkara
