#include "controller/planner_io/mapped_samples.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace karkara::planner {
namespace {

Error failed(const std::string& what) {
  const ErrorCode code = errno == ENOENT   ? ErrorCode::NotFound
                         : errno == EACCES ? ErrorCode::PermissionDenied
                         : errno == ENOSPC ? ErrorCode::ResourceExhausted
                                           : ErrorCode::Unavailable;
  return {code, what + ": " + std::generic_category().message(errno)};
}

Result<MappedSamples> map(int file, const std::string& name) {
  struct stat status {};
  if (::fstat(file, &status) != 0) {
    return failed(name);
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (!S_ISREG(status.st_mode) || size == 0 || size % sizeof(std::int16_t) != 0) {
    return Error{ErrorCode::InvalidArgument, name + ": not a file of 16-bit heights"};
  }
  void* at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) {
    return failed(name);
  }
  std::shared_ptr<const void> bytes{at, [size](const void* p) { ::munmap(const_cast<void*>(p), size); }};
  return MappedSamples{{static_cast<const std::int16_t*>(at), size / sizeof(std::int16_t)}, std::move(bytes)};
}

}  // namespace

Result<MappedSamples> map_samples(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return failed(path);
  }
  auto mapped = map(file, path);
  ::close(file);
  return mapped;
}

Result<SampleWriter> SampleWriter::open(const std::string& directory) {
  int file = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {  // a file system without nameless files
    std::string name = directory + "/karkara-terrain-XXXXXX";
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) {
      ::unlink(name.c_str());
    }
  }
  if (file < 0) {
    return failed(directory);
  }
  return SampleWriter{file};
}

SampleWriter::SampleWriter(SampleWriter&& other) noexcept : file_{std::exchange(other.file_, -1)} {}

SampleWriter::~SampleWriter() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

Status SampleWriter::add(std::span<const std::int16_t> row) {
  const char* at = reinterpret_cast<const char*>(row.data());
  std::size_t left = row.size_bytes();
  while (left > 0) {
    const ssize_t written = ::write(file_, at, left);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return failed("unpacked terrain");
    }
    at += written;
    left -= static_cast<std::size_t>(written);
  }
  return {};
}

Result<MappedSamples> SampleWriter::map() {
  return planner::map(file_, "unpacked terrain");
}

}  // namespace karkara::planner
