#include "common/host/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT: return ErrorCode::NotFound;
    case EEXIST: return ErrorCode::AlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorCode::PermissionDenied;
    case ENOSPC:
    case EDQUOT: return ErrorCode::ResourceExhausted;
    default: return ErrorCode::Unavailable;  // foreign: errno
  }
}

Error failure(const std::string& deed, const std::string& path, int error) {
  return {code_of(error), deed + " " + path + ": " + std::generic_category().message(error)};
}

template <class Call>
auto without_interruption(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) {
    result = call();
  }
  return result;
}

Result<FileDescriptor> open_file(const std::string& path, int flags) {
  const int number = without_interruption([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0600); });
  if (number < 0) {
    return failure("open", path, errno);
  }
  return FileDescriptor{number};
}

class HostAppendFile final : public AppendFile {
 public:
  HostAppendFile(FileDescriptor file, std::string path) : file_{std::move(file)}, path_{std::move(path)} {}

  Status append(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = without_interruption([&] { return ::write(file_.number(), bytes.data(), bytes.size()); });
      if (written < 0) {
        return failure("write", path_, errno);
      }
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
  }

  Status sync() override {
    if (::fdatasync(file_.number()) != 0) {
      return failure("sync", path_, errno);
    }
    return {};
  }

 private:
  FileDescriptor file_;
  std::string path_;
};

Result<std::unique_ptr<AppendFile>> open_for_append(const std::string& path, int flags) {
  auto file = open_file(path, flags | O_WRONLY | O_APPEND);
  if (!file) {
    return file.error();
  }
  return std::unique_ptr<AppendFile>{std::make_unique<HostAppendFile>(std::move(file).value(), path)};
}

Status done(int result, const std::string& deed, const std::string& path) {
  if (result != 0) {
    return failure(deed, path, errno);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<AppendFile>> HostFileSystem::create(const std::string& path) {
  return open_for_append(path, O_CREAT | O_EXCL);
}

Result<std::unique_ptr<AppendFile>> HostFileSystem::open_append(const std::string& path) {
  return open_for_append(path, 0);
}

Result<std::vector<std::byte>> HostFileSystem::read(const std::string& path, std::uint64_t offset, std::size_t length) {
  const auto file = open_file(path, O_RDONLY);
  if (!file) {
    return file.error();
  }
  struct stat facts {};
  if (::fstat(file->number(), &facts) != 0) {
    return failure("stat", path, errno);
  }
  const auto whole = static_cast<std::uint64_t>(facts.st_size);
  std::vector<std::byte> bytes(std::min<std::uint64_t>(length, whole - std::min(offset, whole)));
  for (std::size_t got = 0; got < bytes.size();) {
    const ssize_t n = without_interruption(
        [&] { return ::pread(file->number(), &bytes[got], bytes.size() - got, static_cast<off_t>(offset + got)); });
    if (n < 0) {
      return failure("read", path, errno);
    }
    if (n == 0) {
      bytes.resize(got);
    }
    got += static_cast<std::size_t>(n);
  }
  return bytes;
}

Result<std::uint64_t> HostFileSystem::size(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) {
    return failure("stat", path, errno);
  }
  return static_cast<std::uint64_t>(facts.st_size);
}

Status HostFileSystem::rename(const std::string& from, const std::string& to) {
  return done(::rename(from.c_str(), to.c_str()), "rename", from);
}

Status HostFileSystem::truncate(const std::string& path, std::uint64_t size) {
  return done(without_interruption([&] { return ::truncate(path.c_str(), static_cast<off_t>(size)); }), "truncate",
              path);
}

Status HostFileSystem::remove(const std::string& path) {
  return done(::unlink(path.c_str()), "remove", path);
}

Result<std::vector<std::string>> HostFileSystem::list(const std::string& directory) {
  std::error_code trouble;
  std::vector<std::string> names;
  std::filesystem::directory_iterator at{directory, trouble};
  for (; !trouble && at != std::filesystem::directory_iterator{}; at.increment(trouble)) {
    names.push_back(at->path().filename().string());
  }
  if (trouble) {
    return failure("list", directory, trouble.value());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Status HostFileSystem::make_directories(const std::string& directory) {
  for (std::size_t end = directory.find('/', 1);; end = directory.find('/', end + 1)) {
    const std::string part = directory.substr(0, end);
    if (::mkdir(part.c_str(), 0700) == 0) {
      const std::size_t slash = part.rfind('/');
      const std::string parent = slash == std::string::npos ? "." : part.substr(0, std::max<std::size_t>(slash, 1));
      if (Status synced = sync_directory(parent); !synced) {
        return synced;
      }
    } else if (errno != EEXIST) {
      return failure("mkdir", part, errno);
    }
    if (end == std::string::npos) {
      return {};
    }
  }
}

Status HostFileSystem::sync_directory(const std::string& directory) {
  const auto opened = open_file(directory, O_RDONLY | O_DIRECTORY);
  if (!opened) {
    return opened.error();
  }
  return done(::fsync(opened->number()), "sync", directory);
}

Status write_atomically(FileSystem& files, const std::string& directory, const std::string& name,
                        std::span<const std::byte> bytes) {
  const std::string fresh = directory + "/" + name + ".tmp";
  if (const Status removed = files.remove(fresh); !removed && removed.error().code != ErrorCode::NotFound) {
    return removed;
  }
  {
    auto file = files.create(fresh);
    if (!file) {
      return file.error();
    }
    Status written = (*file)->append(bytes);
    if (written) {
      written = (*file)->sync();
    }
    if (!written) {
      (void)files.remove(fresh);
      return written;
    }
  }
  if (Status renamed = files.rename(fresh, directory + "/" + name); !renamed) {
    return renamed;
  }
  return files.sync_directory(directory);
}

}  // namespace karkara
