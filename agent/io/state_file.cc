#include "agent/io/state_file.h"

#include <array>
#include <cstring>
#include <optional>
#include <utility>

#include "common/crc32c.h"
#include "common/ids.h"

namespace karkara {
namespace {

constexpr std::size_t kMostBytes = std::size_t{192} * 1024;  // the longest: a whole list of revoked certificates
constexpr std::size_t kChecksumBytes = 4;

std::vector<std::byte> with_checksum(const std::string& bytes) {
  std::vector<std::byte> content;
  content.reserve(bytes.size() + kChecksumBytes);
  for (const char c : bytes) {
    content.push_back(static_cast<std::byte>(c));
  }
  const std::uint32_t checksum = crc32c(content);
  for (std::size_t i = 0; i < kChecksumBytes; ++i) {
    content.push_back(static_cast<std::byte>(checksum >> (8 * i)));
  }
  return content;
}

std::optional<std::string> without_checksum(std::vector<std::byte> content) {
  if (content.size() < kChecksumBytes) {
    return std::nullopt;
  }
  std::uint32_t stored = 0;
  for (std::size_t i = kChecksumBytes; i-- > 0;) {
    stored = stored << 8U | std::to_integer<std::uint32_t>(content[content.size() - kChecksumBytes + i]);
  }
  content.resize(content.size() - kChecksumBytes);
  if (crc32c(content) != stored) {
    return std::nullopt;
  }
  return std::string{reinterpret_cast<const char*>(content.data()), content.size()};
}

}  // namespace

StateFile::StateFile(DiskWorker& worker, FileSystem& files, std::string directory, Log& log, Duration pause)
    : worker_{worker}, shelf_{std::make_shared<Shelf>(worker, files, std::move(directory), log, pause)} {}

Result<std::map<std::string, std::string>> StateFile::load() {
  if (const Status made = shelf_->files.make_directories(shelf_->directory); !made) {
    return made.error().in(shelf_->directory);
  }
  const auto names = shelf_->files.list(shelf_->directory);
  if (!names) {
    return names.error().in(shelf_->directory);
  }
  std::map<std::string, std::string> held;
  for (const std::string& name : *names) {
    if (!is_plain_name(name)) {
      continue;  // the rest of a write that a power cut ended
    }
    auto content = shelf_->files.read(shelf_->directory + "/" + name, 0, kMostBytes + kChecksumBytes + 1);
    const std::string trouble = content ? "damaged, ignored" : content.error().text;
    auto bytes = content ? without_checksum(std::move(content).value()) : std::nullopt;
    if (bytes) {
      shelf_->keys[name].on_disk = *bytes;
      held.emplace(name, std::move(*bytes));
    } else {
      shelf_->log.write({MessageId::StateTrouble, {{"key", name}, {"why", trouble}}});
    }
  }
  return held;
}

void StateFile::run(const Persist& persist) {
  if (!is_plain_name(persist.key) || persist.bytes.size() > kMostBytes) {
    shelf_->log.write({MessageId::StateTrouble, {{"key", persist.key}, {"why", "not a key or too large"}}});
    return;
  }
  worker_.run([shelf = shelf_, persist] { shelf->put(persist); });
}

void StateFile::flush() {
  worker_.run([shelf = shelf_] { shelf->write_all(); });
}

void StateFile::Shelf::put(const Persist& persist) {
  Key& key = keys[persist.key];
  if (key.on_disk == persist.bytes) {
    key.waiting.reset();
    return;
  }
  key.waiting = persist.bytes;
  if (!key.timer) {
    write_waiting(persist.key);
  } else if (persist.at_once) {
    write(persist.key, key);
  }
}

void StateFile::Shelf::write(const std::string& name, Key& key) {
  if (const Status done = write_atomically(files, directory, name, with_checksum(*key.waiting)); done) {
    key.on_disk = std::exchange(key.waiting, std::nullopt);
  } else {
    key.on_disk.reset();
    log.write({MessageId::StateTrouble, {{"key", name}, {"why", done.error().text}}});
  }
}

// Opens the pause after the write, in which further contents wait; what waits at its end is written then.
void StateFile::Shelf::write_waiting(const std::string& name) {
  Key& key = keys[name];
  key.timer = false;
  if (!key.waiting) {
    return;
  }
  write(name, key);
  key.timer = true;
  worker.run_after(pause, [shelf = shared_from_this(), name] { shelf->write_waiting(name); });
}

void StateFile::Shelf::write_all() {
  for (auto& [name, key] : keys) {
    if (key.waiting && !write_atomically(files, directory, name, with_checksum(*key.waiting))) {
      log.write({MessageId::StateTrouble, {{"key", name}, {"why", "not written before the end"}}});
    } else if (key.waiting) {
      key.on_disk = std::exchange(key.waiting, std::nullopt);
    }
  }
}

}  // namespace karkara
