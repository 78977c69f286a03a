#include "agent/io/late_library.h"

#include <dlfcn.h>

#include <string>

namespace karkara {
namespace {

Error missing(const char* soname) {
  const char* why = ::dlerror();
  return {ErrorCode::FailedPrecondition, why != nullptr ? why : std::string{soname} + " cannot be loaded"};
}

}  // namespace

Status load_late_library(const char* soname, std::span<const LateFunction> functions) {
  // Local: its OpenSSL must not be mixed with the one that is linked into the program.
  void* library = ::dlopen(soname, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) {
    return missing(soname);
  }
  for (const LateFunction& function : functions) {
    *function.at = ::dlsym(library, function.name);
    if (*function.at == nullptr) {
      return missing(soname);
    }
  }
  return {};
}

}  // namespace karkara
