// Text of devices, kernels and files on its way into a message: valid UTF-8 without control characters, of bounded
// length. Refuses nothing: what cannot be said is '?'. Called by the conversions of agent/io.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace karkara {

inline constexpr std::size_t kLongestFrameText = 500;

[[nodiscard]] std::string frame_text(std::string_view raw, std::size_t longest = kLongestFrameText);

}  // namespace karkara
