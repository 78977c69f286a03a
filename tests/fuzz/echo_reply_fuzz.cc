// Replies, which anyone who guesses a port may send. Sealed here when the input's own MAC is wrong, so that mutation
// reaches what lies behind the MAC.
#include <algorithm>
#include <cstdlib>

#include "common/echo.h"
#include "common/hmac_sha256.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const EchoKey key{};
  const auto bytes = std::as_bytes(std::span{data, size});
  (void)decode_echo_reply(bytes, key);
  if (size == kEchoReplySize) {
    EchoReplyBytes sealed;
    std::ranges::copy(bytes, sealed.begin());
    const auto mac = hmac_sha256(key.bytes, "karkara-echo-reply-v1", std::span{sealed}.first(18));
    std::copy_n(mac.begin(), 8, sealed.begin() + 18);
    const auto reply = decode_echo_reply(sealed, key);
    if (reply && reply->anchor_time && !decode_echo_reply(encode_echo_reply(*reply, key), key)) {
      std::abort();
    }
  }
  return 0;
}
