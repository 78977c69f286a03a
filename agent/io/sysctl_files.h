// Kernel settings below /proc/sys, of the network namespace of the calling thread.
// Refuses paths that lead elsewhere. Called by NetlinkAdapter; blocks no longer than the kernel does.
#pragma once

#include <string>

#include "agent/facts/kernel.h"
#include "common/result.h"

namespace karkara {

class SysctlFiles {
 public:
  explicit SysctlFiles(std::string root = "/proc/sys") : root_{std::move(root)} {}

  // Several numbers are told with one blank in between. NotFound: no such file.
  [[nodiscard]] Result<std::string> read(const std::string& path) const;

  // PermissionDenied also when /proc/sys is mounted read-only; InvalidArgument when the kernel refuses the value.
  [[nodiscard]] Status write(const Sysctl& sysctl) const;

 private:
  [[nodiscard]] Result<std::string> full(const std::string& path) const;

  std::string root_;
};

}  // namespace karkara
