// A file that is whole or not there: written beside its path under another name, then moved over it. Refuses to leave
// half a file, or the name of one that could not be written. Called by exports.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara::planner {

[[nodiscard]] Status write_text_file(const std::string& path, std::string_view text);

// `write` makes the file at the path it is given; what lies there is removed when it fails. The name keeps the ending
// of `path`, by which drivers know formats.
[[nodiscard]] Status write_beside(const std::string& path, const std::function<Status(const std::string&)>& write);

}  // namespace karkara::planner
