// Bytes off the router's unix socket: either a request that is told to the site, or an error; never anything else.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/io/proto_conversion.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  karkara::silence_protobuf();
  const karkara::Instant now{std::chrono::hours{1}};
  const auto request = karkara::decode_request({reinterpret_cast<const char*>(data), size}, now);
  if (request && request->expires && *request->expires <= now) {
    std::abort();
  }
  if (!request && (request.error().code != karkara::ErrorCode::InvalidArgument || request.error().text.empty())) {
    std::abort();
  }
  return 0;
}
