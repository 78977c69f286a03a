// A disk in memory that behaves as badly as a real one may: what was not synced is lost at a power cut, or kept in
// part; a failed sync loses pages for good; any operation can fail; space runs out. For tests of what must survive
// that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "common/host/file_system.h"

namespace karkara {

class FaultyFileSystem final : public FileSystem {
 public:
  struct Fault {
    std::size_t first = std::numeric_limits<std::size_t>::max();  // index of the first changing operation that fails
    std::size_t last = std::numeric_limits<std::size_t>::max();
    ErrorCode code = ErrorCode::Unavailable;
  };

  // Changing operations from now on are counted from 0. A failing append still writes half of its bytes.
  void set_fault(Fault fault);
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }  // of all files' content
  void fail_reads(bool failing) { reads_fail_ = failing; }
  [[nodiscard]] std::size_t operations() const { return operations_; }

  // What was synced stays. Of what was appended since, a random part does, its end perhaps as zeros; names that were
  // not synced are all there or all gone. Open files must not be used any more.
  void power_cut(std::mt19937& random);

  [[nodiscard]] std::vector<std::byte> content(const std::string& path) const;  // as a program sees it
  void put(const std::string& path, std::vector<std::byte> bytes);              // durable at once
  [[nodiscard]] std::vector<std::string> paths() const;

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

 private:
  friend class FaultyAppendFile;
  struct Inode {
    std::vector<std::byte> live;
    std::vector<std::byte> durable;
    bool lost_pages = false;  // a sync failed: until cut back, later syncs succeed and write nothing
  };
  using Names = std::map<std::string, std::shared_ptr<Inode>>;

  [[nodiscard]] Status step(const std::string& deed);
  [[nodiscard]] Status append(Inode& inode, std::span<const std::byte> bytes);
  [[nodiscard]] Status sync(Inode& inode);
  [[nodiscard]] std::uint64_t used() const;

  Names live_;
  Names durable_;
  Fault fault_;
  std::size_t operations_ = 0;
  std::uint64_t capacity_ = std::numeric_limits<std::uint64_t>::max();
  bool reads_fail_ = false;
};

}  // namespace karkara
