#include "common/host/record_log.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

bool below(const RecordPlace& record, std::uint64_t sequence) {
  return record.sequence < sequence;
}

}  // namespace

RecordLog::RecordLog(FileSystem& files, std::string directory, std::uint64_t segment_bytes)
    : files_{&files}, directory_{std::move(directory)}, segment_bytes_{std::min(segment_bytes, SegmentBounds::kFile)} {}

std::string RecordLog::path(const Segment& segment) const {
  return directory_ + "/" + segment_name(segment.first);
}

Result<RecordLog> RecordLog::open(FileSystem& files, std::string directory, std::uint64_t segment_bytes) {
  RecordLog log{files, std::move(directory), segment_bytes};
  if (const Status made = files.make_directories(log.directory_); !made) {
    return made.error();
  }
  const auto names = files.list(log.directory_);
  if (!names) {
    return names.error();
  }
  std::vector<std::uint64_t> firsts;
  for (const std::string& name : *names) {
    if (const auto first = segment_first(name)) {
      firsts.push_back(*first);
    }
  }
  for (const std::uint64_t first : firsts) {
    log.load(first, first == firsts.back());
  }
  // What a killed predecessor left is in the kernel's memory; from here on it is on the disk.
  if (const Status synced = files.sync_directory(log.directory_); !synced) {
    return synced.error();
  }
  return log;
}

// A file that cannot be read, or that is not sound, costs its own records, never those of others.
void RecordLog::load(std::uint64_t first, bool last) {
  Segment segment{.first = first, .records = {}};
  // A later segment wins: what it could repeat was given up before it was started.
  while (!segments_.empty() && !segments_.back().records.empty() && !below(segments_.back().records.back(), first)) {
    segments_.back().records.pop_back();
  }
  const auto bytes = files_->read(path(segment), 0, SegmentBounds::kFile);
  const SegmentScan scan = bytes ? scan_segment(*bytes, first) : SegmentScan{{}, 0, bytes.error().text};
  segment.size = bytes ? bytes->size() : 0;
  if (last && bytes && segment.size < SegmentBounds::kHeader && files_->remove(path(segment))) {
    opening_.cut_bytes = segment.size;  // it was just being made; nothing is ever in it, and nothing relies on it
    next_ = std::max(next_, first);
    return;
  }
  segment.records = scan.records;
  // Past the name of a file without a sound header, so that it is never mistaken for a new one's.
  const std::uint64_t empty_next = scan.sound_bytes != 0 ? first : first + 1;
  next_ = std::max(next_, segment.records.empty() ? empty_next : segment.records.back().sequence + 1);
  const bool torn = last && bytes && scan.sound_bytes != 0 && !scan.trouble.empty();
  if (torn && files_->truncate(path(segment), scan.sound_bytes)) {
    opening_.cut_bytes = segment.size - scan.sound_bytes;
    segment.size = scan.sound_bytes;
  } else if (!scan.trouble.empty()) {
    opening_.damaged.push_back(segment_name(first) + ": " + scan.trouble);
  }
  if (last && scan.sound_bytes != 0 && segment.size == scan.sound_bytes) {
    if (auto file = files_->open_append(path(segment)); file && (*file)->sync()) {
      file_ = std::move(file).value();  // otherwise the next record starts a segment of its own
    }
  }
  synced_size_ = segment.size;
  segments_.push_back(std::move(segment));
}

std::uint64_t RecordLog::first() const {
  return at_or_after(0);
}

std::uint64_t RecordLog::records() const {
  std::uint64_t count = 0;
  for (const Segment& segment : segments_) {
    const auto from = std::lower_bound(segment.records.begin(), segment.records.end(), trimmed_, below);
    count += static_cast<std::uint64_t>(segment.records.end() - from);
  }
  return count;
}

std::uint64_t RecordLog::bytes() const {
  std::uint64_t sum = 0;
  for (const Segment& segment : segments_) {
    sum += segment.size;
  }
  return sum;
}

Status RecordLog::start_segment(std::uint64_t first) {
  file_.reset();
  if (!segments_.empty() && segments_.back().first == first) {  // empty, and given up
    if (Status removed = files_->remove(path(segments_.back()));
        !removed && removed.error().code != ErrorCode::NotFound) {
      return removed;
    }
    segments_.pop_back();
  }
  Segment segment{.first = first, .size = SegmentBounds::kHeader, .records = {}};
  auto file = files_->create(path(segment));
  if (!file && file.error().code == ErrorCode::AlreadyExists) {  // an earlier attempt could not be removed
    if (files_->remove(path(segment))) {
      file = files_->create(path(segment));
    }
  }
  Status ready = file ? Status{} : Status{file.error()};
  if (ready) {
    ready = (*file)->append(segment_header(first));
  }
  if (ready) {
    ready = (*file)->sync();
  }
  if (ready) {
    ready = files_->sync_directory(directory_);
  }
  if (!ready) {
    if (file) {
      (void)files_->remove(path(segment));
    }
    return ready;
  }
  segments_.push_back(std::move(segment));
  synced_size_ = SegmentBounds::kHeader;
  file_ = std::move(file).value();
  return {};
}

Status RecordLog::make_room(std::size_t record_bytes) {
  if (file_) {
    const Segment& last = segments_.back();
    if (last.records.empty() || last.size + record_bytes <= segment_bytes_) {
      return {};
    }
    if (Status synced = sync(); !synced) {  // a later sync() reaches only the new file
      return synced;
    }
  }
  return start_segment(next_);
}

Status RecordLog::append(std::uint64_t sequence, std::span<const std::byte> content) {
  if (sequence < next_ || sequence + 1 == 0 || content.size() > SegmentBounds::kContent) {
    return Error{ErrorCode::InvalidArgument, "record " + std::to_string(sequence) + " is too low or too large"};
  }
  const auto record = make_record(sequence, content);
  if (Status room = make_room(record.size()); !room) {
    return room;
  }
  Segment& last = segments_.back();
  if (Status written = file_->append(record); !written) {
    if (!files_->truncate(path(last), last.size)) {
      give_up_unsynced();  // no record may follow a torn one
    }
    return written;
  }
  last.records.push_back({sequence, static_cast<std::uint32_t>(last.size), static_cast<std::uint32_t>(content.size())});
  last.size += record.size();
  next_ = sequence + 1;
  return {};
}

Status RecordLog::sync() {
  if (!file_ || segments_.back().size == synced_size_) {
    return {};
  }
  Status synced = file_->sync();
  if (!synced) {
    give_up_unsynced();
    return synced;
  }
  synced_size_ = segments_.back().size;
  return {};
}

// After a failed sync the kernel's copy of the file may differ from the disk's for good: never append to it again.
void RecordLog::give_up_unsynced() {
  Segment& last = segments_.back();
  file_.reset();
  while (!last.records.empty() && last.records.back().offset >= synced_size_) {
    next_ = last.records.back().sequence;
    last.records.pop_back();
  }
  (void)files_->truncate(path(last), synced_size_);  // when this fails, the next segment's name rules the rest out
  last.size = synced_size_;
  trimmed_ = std::min(trimmed_, next_);
}

Result<std::vector<std::byte>> RecordLog::read(std::uint64_t sequence) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), sequence,
                                      [](std::uint64_t wanted, const Segment& s) { return wanted < s.first; });
  if (after != segments_.begin() && sequence >= trimmed_) {
    const Segment& segment = *std::prev(after);
    const auto at = std::lower_bound(segment.records.begin(), segment.records.end(), sequence, below);
    if (at != segment.records.end() && at->sequence == sequence) {
      const auto bytes = files_->read(path(segment), at->offset, SegmentBounds::kRecordHeader + at->length);
      return bytes ? open_record(*bytes, sequence) : bytes;
    }
  }
  return Error{ErrorCode::NotFound, "record " + std::to_string(sequence) + " is not held"};
}

std::uint64_t RecordLog::at_or_after(std::uint64_t sequence) const {
  const std::uint64_t from = std::max(sequence, trimmed_);
  for (const Segment& segment : segments_) {
    const auto at = std::lower_bound(segment.records.begin(), segment.records.end(), from, below);
    if (at != segment.records.end()) {
      return at->sequence;
    }
  }
  return next_;
}

Status RecordLog::trim(std::uint64_t first) {
  trimmed_ = std::max(trimmed_, std::min(first, next_));
  // The last file's name keeps the sequence across a restart, so a fresh one must be there before it goes; not for each
  // trim, which would wear the flash, but when it has grown.
  if (!segments_.empty() && trimmed_ == next_ && !segments_.back().records.empty() &&
      segments_.back().size > segment_bytes_ / 2) {
    Status started = sync();
    if (started) {
      started = start_segment(next_);
    }
    if (!started) {
      return started;
    }
  }
  while (segments_.size() > 1 && segments_[1].first <= trimmed_) {
    if (Status removed = files_->remove(path(segments_.front()));
        !removed && removed.error().code != ErrorCode::NotFound) {
      return removed;
    }
    segments_.erase(segments_.begin());
  }
  return {};
}

}  // namespace karkara
