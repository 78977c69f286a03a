// The number that an SNMP value holds, by the sign that a table row states. Refuses the exceptions and the types that
// hold none, each with its reason. Called by readings() for every object.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "agent/devices/device_table.h"
#include "agent/facts/terminal.h"
#include "common/reading.h"

namespace karkara {

// Octets stay text for the row's words; "nan" and the like are for read_text().
using RawValue = std::variant<double, std::string_view, Absent>;
[[nodiscard]] RawValue raw_value(const SnmpValue& value, RawSign sign);

// These bits of a bit string as a number: the first of them is worth 1. Bits behind the string's end are not set:
// agents leave out trailing zero octets (RFC 2578 section 7.1.4). Of a whole number bit 0 is the one that is worth 1.
[[nodiscard]] double bits_number(std::string_view octets, const BitRange& range);
[[nodiscard]] double bits_number(std::uint32_t number, const BitRange& range);

// A number as text, by the row's words and its list of words for "no value now".
[[nodiscard]] Value read_text(const QuantityRow& row, std::string_view text);

}  // namespace karkara
