#include "agent/io/wireguard_keys.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>

#include "agent/io/errno_error.h"
#include "common/host/file_descriptor.h"
#include "common/host/file_system.h"

namespace karkara {
namespace {

constexpr std::size_t kLongestFile = 128;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Pair = std::unique_ptr<EVP_PKEY, FreeKey>;

Status is_private(int fd) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) {
    return errno_error(errno, "stat");
  }
  if (!S_ISREG(facts.st_mode)) {
    return Error{ErrorCode::InvalidArgument, "no plain file"};
  }
  if ((facts.st_mode & 077U) != 0) {
    return Error{ErrorCode::PermissionDenied, "others may read this key; 'chmod 600' it, or better make a new one"};
  }
  return {};
}

Result<SecretKey> read_key(int fd) {
  std::array<char, kLongestFile> content{};
  ssize_t size = 0;
  do {
    size = ::read(fd, content.data(), content.size());
  } while (size < 0 && errno == EINTR);
  if (size < 0) {
    return errno_error(errno, "read");
  }
  std::string_view text{content.data(), static_cast<std::size_t>(size)};
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  auto key = SecretKey::parse(text);
  wipe(std::as_writable_bytes(std::span{content}));
  return key;
}

Result<SecretKey> fresh_key() {
  const Pair pair{EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519")};
  std::array<std::byte, kWireguardKeySize> bytes{};
  std::size_t size = bytes.size();
  if (!pair || EVP_PKEY_get_raw_private_key(pair.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size) != 1 ||
      size != bytes.size()) {
    return Error{ErrorCode::Internal, "no key could be made"};
  }
  // As the kernel would (RFC 7748, section 5): the file then holds what is used.
  bytes.front() &= std::byte{248};
  bytes.back() = (bytes.back() & std::byte{127}) | std::byte{64};
  SecretKey key{bytes};
  wipe(bytes);
  return key;
}

Status store(const SecretKey& key, const std::filesystem::path& path) {
  HostFileSystem files;
  const std::string directory = path.has_parent_path() ? path.parent_path().string() : ".";
  if (auto status = files.make_directories(directory); !status) {
    return status;
  }
  std::array<char, 45> line{};
  key.write_text(std::span{line}.first<44>());
  line.back() = '\n';
  const auto bytes = std::as_writable_bytes(std::span{line});
  const Status status = write_atomically(files, directory, path.filename().string(), bytes);
  wipe(bytes);
  return status;
}

}  // namespace

Result<SecretKey> read_key_file(const std::string& path) {
  // Not blocking: a FIFO must not hold up the router.
  const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file.ok()) {
    return errno_error(errno, path);
  }
  if (auto status = is_private(file.number()); !status) {
    return status.error().in(path);
  }
  auto key = read_key(file.number());
  return key ? std::move(key) : Result<SecretKey>{key.error().in(path)};
}

Result<SecretKey> own_key(const std::string& path) {
  auto kept = read_key_file(path);
  if (kept || kept.error().code != ErrorCode::NotFound) {
    return kept;
  }
  auto key = fresh_key();
  if (!key) {
    return key;
  }
  if (auto status = store(*key, path); !status) {
    return status.error().in(path);
  }
  return key;
}

Result<WireguardKey> public_key_of(const SecretKey& key) {
  const auto bytes = key.bytes();
  const Pair pair{EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr,
                                               reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())};
  WireguardKey result;
  std::size_t size = result.bytes.size();
  if (!pair ||
      EVP_PKEY_get_raw_public_key(pair.get(), reinterpret_cast<unsigned char*>(result.bytes.data()), &size) != 1) {
    return Error{ErrorCode::Internal, "no public key could be made"};
  }
  return result;
}

}  // namespace karkara
