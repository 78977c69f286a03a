// What the binders of the site's configuration share: durations, and the error for what the reader should have refused.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

[[nodiscard]] inline Duration milliseconds(std::uint64_t count) {
  return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(count)};
}

// A value that the reader would have refused: somebody made the message without it.
[[nodiscard]] inline Error unchecked(std::string_view path, std::string_view what) {
  return {ErrorCode::InvalidArgument, std::string{path}.append(": ").append(what)};
}

}  // namespace karkara
