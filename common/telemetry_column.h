// The values of one column as bytes: scale, gaps, and the cheapest of constant, delta and delta-of-delta.
// Refuses to know times and names. Called by common/telemetry_body only.
#pragma once

#include <cstddef>
#include <vector>

#include "common/result.h"
#include "common/telemetry_block.h"
#include "common/varint.h"

namespace karkara {

// InvalidArgument for a scale that is not finite and within 1e-15 to 1e15.
[[nodiscard]] Status append_column_values(std::vector<std::byte>& out, const Column& column);

// Fills scale and values. "malformed: ..." for bytes that no writer makes.
[[nodiscard]] Status read_column_values(ByteReader& in, std::size_t samples, Column& into);

}  // namespace karkara
