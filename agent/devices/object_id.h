// SNMP object numbers as people write them. Refuses names: no MIB is ever loaded.
// Used by the device tables' reader and by whoever shows an object.
#pragma once

#include <string>
#include <string_view>

#include "agent/facts/terminal.h"
#include "common/result.h"

namespace karkara {

inline constexpr std::size_t kLongestObjectId = 128;  // RFC 2578 section 3.5

// "1.3.6.1.2.1.1.3.0", with or without a dot in front. InvalidArgument says what it is not.
[[nodiscard]] Result<ObjectId> parse_object_id(std::string_view text);
[[nodiscard]] std::string to_text(const ObjectId& oid);

// True for the object itself and for all below it.
[[nodiscard]] bool is_within(const ObjectId& oid, const ObjectId& prefix);

}  // namespace karkara
