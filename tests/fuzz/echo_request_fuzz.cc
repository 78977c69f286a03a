// Requests from anyone on the internet: what verifies must say the same again.
#include <algorithm>
#include <cstdlib>

#include "common/echo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const auto bytes = std::as_bytes(std::span{data, size});
  EchoMasterKey master;
  for (std::size_t i = 0; i < master.bytes.size(); ++i) {
    master.bytes[i] = static_cast<std::byte>(i);
  }
  const auto key_of = [&](std::uint8_t generation, std::uint32_t key_id) -> std::optional<EchoKey> {
    return generation == 1 ? std::optional{master.site_key(key_id)} : std::nullopt;
  };
  if (const auto request = decode_echo_request(bytes, key_of)) {
    const auto again = encode_echo_request(*request, master.site_key(request->key_id));
    // Padding is not covered: anything may stand there.
    if (again.size() != bytes.size() ||
        !std::ranges::equal(std::span{again}.first(kEchoRequestSize), bytes.first(kEchoRequestSize))) {
      std::abort();
    }
  }
  (void)nonce_of_quoted_request(bytes);
  (void)EchoMasterKeys::parse({reinterpret_cast<const char*>(data), size});
  return 0;
}
