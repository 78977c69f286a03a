#include "agent/io/sysctl_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "agent/io/errno_error.h"

namespace karkara {
namespace {

class OpenFile {
 public:
  OpenFile(const std::string& name, int flags) : fd_{::open(name.c_str(), flags | O_CLOEXEC)} {}
  ~OpenFile() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

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
  const OpenFile file{*name, O_RDONLY};
  std::array<char, 4096> text{};
  const auto length = file.fd() < 0 ? -1 : ::read(file.fd(), text.data(), text.size());
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
  const OpenFile file{*name, O_WRONLY};
  if (file.fd() < 0) {
    return errno_error(errno, *name);
  }
  const std::string line = sysctl.value + "\n";
  if (::write(file.fd(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    return errno_error(errno, *name);
  }
  return {};
}

}  // namespace karkara
