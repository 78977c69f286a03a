// Replies, which anyone who guesses a port may send. Sealed here when the input's own MAC is wrong, so that mutation
// reaches what lies behind the MAC.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "common/echo.h"
#include "common/hmac_sha256.h"

namespace {

using namespace karkara;

void try_sealed(std::span<const std::byte> bytes, std::string_view label, std::size_t mac_at) {
  const EchoKey key{};
  std::vector<std::byte> sealed{bytes.begin(), bytes.end()};
  const auto mac = hmac_sha256(key.bytes, label, std::span{sealed}.first(mac_at));
  std::copy_n(mac.begin(), 8, sealed.begin() + static_cast<std::ptrdiff_t>(mac_at));
  const auto reply = decode_echo_reply(sealed, key);
  if (reply && decode_echo_reply(encode_echo_reply(*reply, key), key).value() != *reply) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span{data, size});
  (void)decode_echo_reply(bytes, EchoKey{});
  if (size == kEchoReplySize) {
    try_sealed(bytes, "karkara-echo-reply-v1", kEchoReplySize - 8);
  } else if (size >= kLeastPaddedEcho) {
    try_sealed(bytes, "karkara-echo-padded-reply-v1", kEchoReplySize - 6);
  }
  return 0;
}
