#include "controller/store/block_log.h"

#include <array>
#include <ctime>

namespace karkara {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kFixedBytes = 2 + 8 + 8;
constexpr std::uint64_t kSegmentBytes = 64U << 20U;
constexpr std::size_t kProbeBytes = 64 * 1024;

void add_number(std::string& bytes, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(number >> shift);
  }
}

std::uint64_t number_at(std::span<const std::byte> bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : bytes.first(8)) {
    number = (number << 8U) | std::to_integer<std::uint64_t>(byte);
  }
  return number;
}

std::string utc_day(WallTime at) {
  const std::time_t seconds = at.seconds();
  std::tm broken{};
  gmtime_r(&seconds, &broken);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &broken);
  return text.data();
}

}  // namespace

std::string encode_stored_block(const StoredBlock& block) {
  std::string bytes{kVersion, static_cast<char>(block.site.text().size())};
  bytes += block.site.text();
  add_number(bytes, block.sequence);
  add_number(bytes, static_cast<std::uint64_t>(block.received.since_epoch().count()));
  bytes += block.content;
  return bytes;
}

Result<StoredBlock> decode_stored_block(std::span<const std::byte> record) {
  const Error broken{ErrorCode::DataLoss, "not a stored block"};
  if (record.size() < kFixedBytes || record[0] != std::byte{kVersion}) {
    return broken;
  }
  const auto length = std::to_integer<std::size_t>(record[1]);
  if (record.size() < kFixedBytes + length) {
    return broken;
  }
  const auto text = [](std::span<const std::byte> bytes) {
    return std::string{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  };
  const auto site = SiteId::parse(text(record.subspan(2, length)));
  if (!site) {
    return broken;
  }
  const auto rest = record.subspan(2 + length);
  const auto received = static_cast<std::int64_t>(number_at(rest.subspan(8)));
  return StoredBlock{*site, number_at(rest), WallTime{std::chrono::microseconds{received}}, text(rest.subspan(16))};
}

BlockLog::BlockLog(FileSystem& files, std::filesystem::path folder) : files_{files}, folder_{std::move(folder)} {}

Status BlockLog::append(const StoredBlock& block) {
  if (Status opened = open_day(utc_day(block.received)); !opened) {
    return opened;
  }
  const std::string record = encode_stored_block(block);
  return log_->append(log_->next(), std::as_bytes(std::span{record}));
}

Status BlockLog::sync() {
  return log_ ? log_->sync() : Status{};
}

Status BlockLog::probe() {
  const std::string path = (folder_ / "probe").string();
  if (Status made = files_.make_directories(folder_.string()); !made) {
    return made;
  }
  static_cast<void>(files_.remove(path));  // of an earlier, failed probe
  auto file = files_.create(path);
  if (!file) {
    return file.error();
  }
  const std::vector<std::byte> bytes(kProbeBytes);
  Status written = (*file)->append(bytes);
  if (written) {
    written = (*file)->sync();
  }
  static_cast<void>(files_.remove(path));
  return written;
}

Status BlockLog::open_day(const std::string& day) {
  if (log_ && day_ == day) {
    return {};
  }
  // What the old day's log holds must be durable before it is closed: its blocks are in this batch too.
  if (Status synced = sync(); !synced) {
    return synced;
  }
  log_.reset();
  auto opened = RecordLog::open(files_, (folder_ / day).string(), kSegmentBytes);
  if (!opened) {
    return opened.error();
  }
  log_.emplace(std::move(opened).value());
  day_ = day;
  return {};
}

}  // namespace karkara
