#include "controller/identity/anchor_master.h"

#include <openssl/rand.h>

#include "controller/identity/secret_file.h"

namespace karkara {

std::filesystem::path anchor_master_file(const std::filesystem::path& state_dir) {
  return state_dir / "anchor-master.key";
}

Status create_anchor_master(const std::filesystem::path& state_dir) {
  const auto existing = read_small_file(anchor_master_file(state_dir));
  if (existing || existing.error().code != ErrorCode::NotFound) {
    return existing ? Status{} : Status{existing.error()};
  }
  EchoKey fresh;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(fresh.bytes.data()), static_cast<int>(fresh.bytes.size())) != 1) {
    return Error{ErrorCode::Internal, "the system gives no random bytes"};
  }
  return write_secret_file(anchor_master_file(state_dir), fresh.hex() + "\n");
}

Result<EchoMasterKeys> load_anchor_master(const std::filesystem::path& state_dir) {
  const std::filesystem::path path = anchor_master_file(state_dir);
  const auto text = read_small_file(path);
  if (!text) {
    return text.error();
  }
  auto keys = EchoMasterKeys::parse(*text);
  return keys ? std::move(keys) : Result<EchoMasterKeys>{keys.error().in(path.string())};
}

}  // namespace karkara
