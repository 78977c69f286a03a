#include "agent/io/sysctl_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "agent/io/errno_error.h"
#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

std::string one_line(const std::string& text) {
  std::istringstream words{text};
  std::string line;
  for (std::string word; words >> word;) {
    line += (line.empty() ? "" : " ") + word;
  }
  return line;
}

}  // namespace

Result<std::string> SysctlFiles::full(const std::string& path) const {
  if (path.empty() || path.front() == '/' || ("/" + path + "/").find("/../") != std::string::npos) {
    return Error{ErrorCode::InvalidArgument, "'" + path + "' is not below /proc/sys"};
  }
  return root_ + "/" + path;
}

Result<std::string> SysctlFiles::read(const std::string& path) const {
  const auto name = full(path);
  if (!name) {
    return name.error();
  }
  const FileDescriptor file{::open(name->c_str(), O_RDONLY | O_CLOEXEC)};
  std::array<char, 4096> text{};
  const auto length = !file.ok() ? -1 : ::read(file.number(), text.data(), text.size());
  if (length < 0) {
    return errno_error(errno, *name);
  }
  return one_line({text.data(), static_cast<std::size_t>(length)});
}

Status SysctlFiles::write(const Sysctl& sysctl) const {
  const auto name = full(sysctl.path);
  if (!name) {
    return name.error();
  }
  const FileDescriptor file{::open(name->c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file.ok()) {
    return errno_error(errno, *name);
  }
  const std::string line = sysctl.value + "\n";
  if (::write(file.number(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return errno_error(errno, *name);
  }
  return {};
}

}  // namespace karkara
