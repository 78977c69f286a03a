#include "controller/anchor/master_key_file.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

Error failed(ErrorCode code, const std::string& path, int number) {
  return {code, "key file " + path + ": " + std::strerror(number)};
}

Status write_new_file(const std::string& path, const std::string& text) {
  const FileDescriptor file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file.ok()) {
    return failed(ErrorCode::Unavailable, path, errno);
  }
  const ssize_t written = write(file.number(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size()) || fsync(file.number()) != 0) {
    const int number = written >= 0 && written < static_cast<ssize_t>(text.size()) ? ENOSPC : errno;
    unlink(path.c_str());
    return failed(ErrorCode::Unavailable, path, number);
  }
  return {};
}

}  // namespace

Result<EchoMasterKeys> read_master_key_file(const std::string& path) {
  const FileDescriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file.ok()) {
    return failed(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Unavailable, path, errno);
  }
  std::string text;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t size = read(file.number(), chunk.data(), chunk.size());
    if (size < 0) {
      return failed(ErrorCode::Unavailable, path, errno);
    }
    if (size == 0) {
      break;
    }
    text.append(chunk.data(), static_cast<std::size_t>(size));
    if (text.size() > kMostBytes) {
      return failed(ErrorCode::InvalidArgument, path, EFBIG);
    }
  }
  auto keys = EchoMasterKeys::parse(text);
  return keys ? std::move(keys) : keys.error().in("key file " + path);
}

Status make_master_key_file(const std::string& path) {
  EchoKey key;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.bytes.data()), static_cast<int>(key.bytes.size())) != 1) {
    return Error{ErrorCode::Internal, "no random numbers for a key"};
  }
  // Written beside it and linked into place: link() refuses a name that is taken, where rename() would replace it.
  const std::string beside = path + ".new." + std::to_string(getpid());
  if (const Status written = write_new_file(beside, key.hex() + "\n"); !written) {
    return written;
  }
  const int linked = link(beside.c_str(), path.c_str());
  const int number = errno;
  unlink(beside.c_str());
  if (linked != 0) {
    return failed(number == EEXIST ? ErrorCode::AlreadyExists : ErrorCode::Unavailable, path, number);
  }
  const auto parent = std::filesystem::path{path}.parent_path();
  const FileDescriptor folder{open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!folder.ok() || fsync(folder.number()) != 0) {
    return failed(ErrorCode::Unavailable, path, errno);
  }
  return {};
}

}  // namespace karkara
