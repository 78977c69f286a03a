// A shared library that is loaded when the first device needs it, and never on a site without one: what is only linked
// costs every router megabytes. Refuses a library that lacks one of the functions asked for, and never unloads.
// Used by late_*.cc only, which define the library's functions under their own names.
#pragma once

#include <span>

#include "common/result.h"

namespace karkara {

struct LateFunction {
  const char* name;
  void** at;  // where the function's address goes
};

// Loads `soname` and finds all of `functions`, or says why not; then none of them may be called.
[[nodiscard]] Status load_late_library(const char* soname, std::span<const LateFunction> functions);

}  // namespace karkara
