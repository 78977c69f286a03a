// Bytes off the router's unix socket: either a request that is told to the site, within all bounds, or an error; never
// anything else.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/facts/usage.h"
#include "agent/io/proto_conversion.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  karkara::silence_protobuf();
  const karkara::Instant now{std::chrono::hours{1}};
  const auto request = karkara::decode_request({reinterpret_cast<const char*>(data), size}, now);
  if (request && request->expires && *request->expires <= now) {
    std::abort();
  }
  if (request && request->kind == karkara::RequestKind::OrderUplink) {
    const karkara::UplinkOrder& order = request->order;
    const bool forgotten = order.act == karkara::UplinkAct::Hold && order.why.empty();
    if (order.uplink.text().empty() || order.why.size() > 120 || forgotten ||
        (order.time && (*order.time <= karkara::Duration::zero() || *order.time > std::chrono::hours{366 * 24}))) {
      std::abort();
    }
  }
  if (request && request->kind == karkara::RequestKind::SetBalance &&
      (request->balance.uplink.text().empty() || request->balance.remaining > karkara::kMostTraffic)) {
    std::abort();
  }
  if (!request && (request.error().code != karkara::ErrorCode::InvalidArgument || request.error().text.empty())) {
    std::abort();
  }
  return 0;
}
