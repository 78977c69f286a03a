#include "controller/planner_io/exports/rows_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace karkara::planner {
namespace {

// Short only at the file's end, or when it cannot be read.
std::size_t read_whole(int file, std::string& into) {
  std::size_t got = 0;
  while (got < into.size()) {
    const ssize_t now = ::read(file, into.data() + got, into.size() - got);
    if (now == 0 || (now < 0 && errno != EINTR)) {
      break;
    }
    got += now > 0 ? static_cast<std::size_t>(now) : 0;
  }
  return got;
}

bool write_whole(int file, const std::string& bytes) {
  std::size_t put = 0;
  while (put < bytes.size()) {
    const ssize_t now = ::write(file, bytes.data() + put, bytes.size() - put);
    if (now < 0 && errno != EINTR) {
      return false;
    }
    put += now > 0 ? static_cast<std::size_t>(now) : 0;
  }
  return true;
}

Error refused_file(const std::string& path) {
  return {ErrorCode::Unavailable, path + ": " + std::strerror(errno)};
}

}  // namespace

Result<std::unique_ptr<RowsFile>> RowsFile::open(const std::string& output, std::uint64_t inputs, std::size_t sites,
                                                 SignalGrid& grid, std::vector<std::uint8_t>& done) {
  const std::filesystem::path wanted{output};
  if (std::error_code none; std::filesystem::is_directory(wanted, none)) {
    return Error{ErrorCode::InvalidArgument, output + ": is a folder"};
  }
  const std::string path = (wanted.parent_path() / ("." + wanted.filename().string() + ".rows")).string();
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
  if (file < 0) {
    return refused_file(path);
  }
  std::unique_ptr<RowsFile> rows{new RowsFile{path, file}};
  struct stat about {};
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    return Error{ErrorCode::InvalidArgument, path + ": is not a plain file"};
  }
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    return Error{ErrorCode::Unavailable, output + ": another job is writing it"};
  }
  done.assign(grid.rows, 0);
  const Status taken = rows->take_all({inputs, grid.rows, grid.columns}, sites, grid, done);
  return taken.ok() ? std::move(rows) : Result<std::unique_ptr<RowsFile>>{taken.error()};
}

Status RowsFile::take_all(const RowsKey& key, std::size_t sites, SignalGrid& grid, std::vector<std::uint8_t>& done) {
  const std::string wanted = rows_header(key);
  std::string header(kRowsHeaderBytes, '\0');
  std::size_t whole = 0;
  if (read_whole(file_, header) == header.size() && header == wanted) {
    whole = header.size();
    std::string record(row_record_bytes(grid.columns), '\0');
    while (read_whole(file_, record) == record.size()) {
      const auto row = take_row(record, sites, grid);
      if (!row) {
        break;
      }
      done[*row] = 1;
      whole += record.size();
    }
  }
  if (::ftruncate(file_, static_cast<off_t>(whole)) != 0 || ::lseek(file_, 0, SEEK_END) < 0 ||
      (whole == 0 && !write_whole(file_, wanted))) {
    return refused_file(path_);
  }
  return {};
}

RowsFile::~RowsFile() {
  ::close(file_);
}

void RowsFile::add(std::uint32_t row, const SignalGrid& grid) {
  const std::string record = row_record(row, grid);
  const std::lock_guard guard{lock_};
  broken_ = broken_ || !write_whole(file_, record);
}

void RowsFile::remove() {
  ::unlink(path_.c_str());
}

}  // namespace karkara::planner
