#include "controller/planner_io/exports/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "common/host/file_descriptor.h"

namespace karkara::planner {

Status write_beside(const std::string& path, const std::function<Status(const std::string&)>& write) {
  const std::filesystem::path wanted{path};
  std::error_code error;
  if (std::filesystem::is_directory(wanted, error)) {
    return Error{ErrorCode::InvalidArgument, path + ": is a folder"};
  }
  const std::filesystem::path beside =
      wanted.parent_path() /
      ("." + wanted.stem().string() + "." + std::to_string(::getpid()) + ".new" + wanted.extension().string());
  Status written = write(beside.string());
  if (written.ok()) {
    const FileDescriptor file{::open(beside.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.ok() || ::fsync(file.number()) != 0) {  // else a power cut may leave the name with nothing in it
      written = Error{ErrorCode::Unavailable, path + ": cannot be written: " + std::strerror(errno)};
    }
  }
  if (!written.ok()) {
    std::filesystem::remove(beside, error);
    return written;
  }
  std::filesystem::rename(beside, wanted, error);
  if (error) {
    const Error told{ErrorCode::Unavailable, path + ": cannot be written: " + error.message()};
    std::filesystem::remove(beside, error);
    return told;
  }
  return {};
}

Status write_text_file(const std::string& path, std::string_view text) {
  return write_beside(path, [&](const std::string& beside) -> Status {
    std::ofstream file{beside, std::ios::binary};
    file << text << std::flush;
    return file ? Status{} : Error{ErrorCode::Unavailable, path + ": cannot be written"};
  });
}

}  // namespace karkara::planner
