// What is inside a telemetry block's frame: times, instance names, columns. Format: docs/telemetry-block.md.
// Refuses to know the checksum, the sequence and the compression: common/telemetry_block does, its only caller.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "common/result.h"
#include "common/telemetry_block.h"

namespace karkara {

[[nodiscard]] Result<std::vector<std::byte>> encode_body(const BlockContent& content);
[[nodiscard]] Result<BlockContent> decode_body(std::span<const std::byte> body);

}  // namespace karkara
