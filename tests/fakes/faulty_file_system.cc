#include "tests/fakes/faulty_file_system.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

Error not_found(const std::string& path) {
  return {ErrorCode::NotFound, path + ": no such file"};
}

bool is_in(const std::string& path, const std::string& directory) {
  return path.size() > directory.size() + 1 && path.starts_with(directory + "/") &&
         path.find('/', directory.size() + 1) == std::string::npos;
}

}  // namespace

class FaultyAppendFile final : public AppendFile {
 public:
  FaultyAppendFile(FaultyFileSystem& files, std::shared_ptr<FaultyFileSystem::Inode> inode)
      : files_{files}, inode_{std::move(inode)} {}
  Status append(std::span<const std::byte> bytes) override { return files_.append(*inode_, bytes); }
  Status sync() override { return files_.sync(*inode_); }

 private:
  FaultyFileSystem& files_;
  std::shared_ptr<FaultyFileSystem::Inode> inode_;
};

void FaultyFileSystem::set_fault(Fault fault) {
  fault_ = fault;
  operations_ = 0;
}

Status FaultyFileSystem::step(const std::string& deed) {
  const std::size_t index = operations_++;
  if (index >= fault_.first && index <= fault_.last) {
    return Error{fault_.code, deed + ": made to fail"};
  }
  return {};
}

std::uint64_t FaultyFileSystem::used() const {
  std::uint64_t sum = 0;
  for (const auto& [path, inode] : live_) {
    sum += inode->live.size();
  }
  return sum;
}

Status FaultyFileSystem::append(Inode& inode, std::span<const std::byte> bytes) {
  Status written = step("append");
  auto kept = bytes.first(written ? bytes.size() : bytes.size() / 2);
  const std::uint64_t room = capacity_ - std::min(capacity_, used());
  if (written && kept.size() > room) {
    kept = kept.first(room);
    written = Error{ErrorCode::ResourceExhausted, "append: no space left"};
  }
  inode.live.insert(inode.live.end(), kept.begin(), kept.end());
  return written;
}

Status FaultyFileSystem::sync(Inode& inode) {
  Status synced = step("sync");
  if (!synced) {
    inode.lost_pages = true;
  } else if (!inode.lost_pages) {
    inode.durable = inode.live;
  }
  return synced;
}

void FaultyFileSystem::power_cut(std::mt19937& random) {
  if (random() % 2 == 0) {
    live_ = durable_;
  }
  durable_ = live_;
  for (auto& [path, inode] : live_) {
    std::vector<std::byte> kept = inode->durable;
    const std::vector<std::byte>& had = inode->live;
    const bool grew = had.size() > kept.size() && std::equal(kept.begin(), kept.end(), had.begin());
    if (grew && !inode->lost_pages) {
      const std::size_t extra = random() % (had.size() - kept.size() + 1);
      const auto from = had.begin() + static_cast<std::ptrdiff_t>(kept.size());
      kept.insert(kept.end(), from, from + static_cast<std::ptrdiff_t>(extra));
      if (random() % 3 == 0) {
        const std::size_t zeros = random() % (extra + 1);
        std::fill_n(kept.rbegin(), zeros, std::byte{0});
      }
    }
    *inode = {kept, kept, false};
  }
}

std::vector<std::byte> FaultyFileSystem::content(const std::string& path) const {
  const auto at = live_.find(path);
  return at != live_.end() ? at->second->live : std::vector<std::byte>{};
}

void FaultyFileSystem::put(const std::string& path, std::vector<std::byte> bytes) {
  auto inode = std::make_shared<Inode>(Inode{bytes, bytes, false});
  live_[path] = inode;
  durable_[path] = std::move(inode);
}

std::vector<std::string> FaultyFileSystem::paths() const {
  std::vector<std::string> all;
  for (const auto& [path, inode] : live_) {
    all.push_back(path);
  }
  return all;
}

Result<std::unique_ptr<AppendFile>> FaultyFileSystem::create(const std::string& path) {
  if (const Status going = step("create"); !going) {
    return going.error();
  }
  if (live_.contains(path)) {
    return Error{ErrorCode::AlreadyExists, path + ": exists"};
  }
  live_[path] = std::make_shared<Inode>();
  return std::unique_ptr<AppendFile>{std::make_unique<FaultyAppendFile>(*this, live_[path])};
}

Result<std::unique_ptr<AppendFile>> FaultyFileSystem::open_append(const std::string& path) {
  if (const Status going = step("open"); !going) {
    return going.error();
  }
  const auto at = live_.find(path);
  if (at == live_.end()) {
    return not_found(path);
  }
  return std::unique_ptr<AppendFile>{std::make_unique<FaultyAppendFile>(*this, at->second)};
}

Result<std::vector<std::byte>> FaultyFileSystem::read(const std::string& path, std::uint64_t offset,
                                                      std::size_t length) {
  if (reads_fail_) {
    return Error{ErrorCode::Unavailable, path + ": made to fail"};
  }
  const auto at = live_.find(path);
  if (at == live_.end()) {
    return not_found(path);
  }
  const std::span<const std::byte> all{at->second->live};
  const auto rest = all.subspan(std::min<std::uint64_t>(offset, all.size()));
  const auto part = rest.first(std::min(length, rest.size()));
  return std::vector<std::byte>{part.begin(), part.end()};
}

Result<std::uint64_t> FaultyFileSystem::size(const std::string& path) {
  const auto at = live_.find(path);
  if (at == live_.end()) {
    return not_found(path);
  }
  return static_cast<std::uint64_t>(at->second->live.size());
}

Status FaultyFileSystem::rename(const std::string& from, const std::string& to) {
  if (Status going = step("rename"); !going) {
    return going;
  }
  const auto at = live_.find(from);
  if (at == live_.end()) {
    return not_found(from);
  }
  live_[to] = at->second;
  live_.erase(from);
  return {};
}

Status FaultyFileSystem::truncate(const std::string& path, std::uint64_t size) {
  if (Status going = step("truncate"); !going) {
    return going;
  }
  const auto at = live_.find(path);
  if (at == live_.end()) {
    return not_found(path);
  }
  Inode& inode = *at->second;
  inode.live.resize(size);
  inode.lost_pages = inode.lost_pages && size > inode.durable.size();  // what is written anew will be written
  return {};
}

Status FaultyFileSystem::remove(const std::string& path) {
  if (Status going = step("remove"); !going) {
    return going;
  }
  return live_.erase(path) > 0 ? Status{} : Status{not_found(path)};
}

Result<std::vector<std::string>> FaultyFileSystem::list(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& [path, inode] : live_) {
    if (is_in(path, directory)) {
      names.push_back(path.substr(directory.size() + 1));
    }
  }
  return names;
}

Status FaultyFileSystem::make_directories(const std::string&) {
  return step("mkdir");
}

Status FaultyFileSystem::sync_directory(const std::string& directory) {
  if (Status going = step("sync directory"); !going) {
    return going;
  }
  std::erase_if(durable_, [&](const auto& entry) { return is_in(entry.first, directory); });
  for (const auto& [path, inode] : live_) {
    if (is_in(path, directory)) {
      durable_[path] = inode;
    }
  }
  return {};
}

}  // namespace karkara
