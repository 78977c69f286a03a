#include "controller/identity/enrol_token.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstdint>

namespace karkara {

Result<std::string> make_enrol_token() {
  std::array<unsigned char, 32> secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1) {
    return Error{ErrorCode::Internal, "the system gives no random bytes"};
  }
  constexpr const char* kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const unsigned char byte : secret) {
    bits = (bits << 8U) | byte;
    for (held += 8; held >= 6; held -= 6) {
      text += kAlphabet[(bits >> (held - 6)) & 63U];
    }
  }
  text += kAlphabet[(bits << (6 - held)) & 63U];
  OPENSSL_cleanse(secret.data(), secret.size());
  return text;
}

TokenHash hash_of_token(std::string_view token) {
  TokenHash hash{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

bool same_hash(const TokenHash& a, const TokenHash& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace karkara
