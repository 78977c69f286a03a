// What the binders of the site's configuration share: durations, and the error for what the reader should have refused.
#pragma once

#include <string>
#include <string_view>

#include "common/host/config_problem.h"
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

// The path of a list's element as the reader calls it: one without a name by its number.
[[nodiscard]] inline std::string element(std::string_view list, const std::string& id, int index) {
  return element_path(list, id.empty() ? "#" + std::to_string(index + 1) : id);
}

}  // namespace karkara
