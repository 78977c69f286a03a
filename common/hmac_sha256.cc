#include "common/hmac_sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cassert>
#include <new>

namespace karkara {

std::array<std::byte, 32> hmac_sha256(const std::array<std::byte, 32>& key, std::string_view label,
                                      std::span<const std::byte> content) {
  std::array<std::byte, 64> message{};
  assert(label.size() + content.size() <= message.size());
  std::ranges::copy(content, std::ranges::copy(std::as_bytes(std::span{label}), message.begin()).out);
  std::array<std::byte, 32> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()), label.size() + content.size(),
           reinterpret_cast<unsigned char*>(digest.data()), &size) == nullptr) {
    throw std::bad_alloc{};  // with a fixed digest and key length it fails for want of memory only
  }
  return digest;
}

}  // namespace karkara
