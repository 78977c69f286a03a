// The few things that durable storage needs from the operating system, as one interface: append, sync, rename,
// truncate. It promises no more than POSIX does: content is durable after sync(), names after sync_directory(). Refuses
// to retry and to throw. Called by RecordLog and the state files; tests give them a FaultyFileSystem.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/result.h"

namespace karkara {

// A file open for appending; closed when destroyed.
class AppendFile {
 public:
  virtual ~AppendFile() = default;
  // After an error some of the bytes may be in the file.
  [[nodiscard]] virtual Status append(std::span<const std::byte> bytes) = 0;
  // After an error nothing that was appended since the last success may be counted on, even if a later sync succeeds:
  // the kernel may have thrown the pages away.
  [[nodiscard]] virtual Status sync() = 0;
};

// Error codes: NotFound, AlreadyExists, PermissionDenied, ResourceExhausted (no space), Unavailable (I/O error and
// others).
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<AppendFile>> create(const std::string& path) = 0;       // must not exist
  [[nodiscard]] virtual Result<std::unique_ptr<AppendFile>> open_append(const std::string& path) = 0;  // must exist
  // Up to `length` bytes; fewer at the end of the file.
  [[nodiscard]] virtual Result<std::vector<std::byte>> read(const std::string& path, std::uint64_t offset,
                                                            std::size_t length) = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size(const std::string& path) = 0;
  [[nodiscard]] virtual Status rename(const std::string& from, const std::string& to) = 0;  // atomic, replaces
  [[nodiscard]] virtual Status truncate(const std::string& path, std::uint64_t size) = 0;
  [[nodiscard]] virtual Status remove(const std::string& path) = 0;
  [[nodiscard]] virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // file names, sorted
  [[nodiscard]] virtual Status make_directories(const std::string& directory) = 0;  // fine when they exist
  [[nodiscard]] virtual Status sync_directory(const std::string& directory) = 0;
};

// Replaces a file so that after a power cut either the old or the new content is there, whole.
[[nodiscard]] Status write_atomically(FileSystem& files, const std::string& directory, const std::string& name,
                                      std::span<const std::byte> bytes);

// The kernel's. Files are created for their owner only (0600), directories 0700.
class HostFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<AppendFile>> create(const std::string& path) override;
  Result<std::unique_ptr<AppendFile>> open_append(const std::string& path) override;
  Result<std::vector<std::byte>> read(const std::string& path, std::uint64_t offset, std::size_t length) override;
  Result<std::uint64_t> size(const std::string& path) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status truncate(const std::string& path, std::uint64_t size) override;
  Status remove(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Status make_directories(const std::string& directory) override;
  Status sync_directory(const std::string& directory) override;
};

}  // namespace karkara
