// The bytes on the agent's unix socket: a length of 4 bytes, big-endian, and a message.
// Refuses a length over 1 MiB before a byte of it is kept. Pure; called by local_client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

inline constexpr std::uint32_t kMostFrameBytes = 1U << 20U;

[[nodiscard]] std::string frame_of(const v1::SiteRequest& request);

// Nothing while bytes are missing. DataLoss: too long, more bytes than the frame has, or not a SiteReply.
[[nodiscard]] Result<std::optional<v1::SiteReply>> reply_in(std::string_view bytes);

}  // namespace karkara::cli
