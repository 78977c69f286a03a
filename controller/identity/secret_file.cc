#include "controller/identity/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

FileDescriptor open_file(const std::filesystem::path& path, int flags) {
  return FileDescriptor{::open(path.c_str(), flags | O_CLOEXEC, 0600)};
}

Error trouble(const std::filesystem::path& path) {
  const int code = errno;
  return {code == ENOENT ? ErrorCode::NotFound : ErrorCode::Unavailable, path.string() + ": " + std::strerror(code)};
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Status write_secret_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path beside = path;
  beside += ".new";
  {
    const FileDescriptor file = open_file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file.ok() || ::fchmod(file.number(), 0600) != 0 || !write_all(file.number(), content) ||
        ::fsync(file.number()) != 0) {
      return trouble(beside);
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    return trouble(path);
  }
  const FileDescriptor folder = open_file(path.has_parent_path() ? path.parent_path() : ".", O_RDONLY | O_DIRECTORY);
  return folder.ok() && ::fsync(folder.number()) == 0 ? Status{} : Status{trouble(path)};
}

Result<std::string> read_small_file(const std::filesystem::path& path) {
  const FileDescriptor file = open_file(path, O_RDONLY);
  if (!file.ok()) {
    return trouble(path);
  }
  std::string content(kMostBytes + 1, '\0');
  std::size_t length = 0;
  while (length < content.size()) {
    const ssize_t got = ::read(file.number(), content.data() + length, content.size() - length);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return trouble(path);
    }
    if (got == 0) {
      content.resize(length);
      return content;
    }
    length += static_cast<std::size_t>(got);
  }
  return Error{ErrorCode::InvalidArgument, path.string() + ": larger than 64 KiB"};
}

Status make_private_folder(const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) {
    std::filesystem::create_directories(path.parent_path(), error);
    if (error) {
      return Error{ErrorCode::Unavailable, path.parent_path().string() + ": " + error.message()};
    }
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return trouble(path);
  }
  return ::access(path.c_str(), W_OK | X_OK) == 0 ? Status{} : Status{trouble(path)};
}

}  // namespace karkara
