// Whatever comes in, the decoders of kernel events answer, and a gateway's event names an interface.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/batadv_uevent.h"
#include "agent/codec/kernel_uevent.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const auto datagram = std::as_bytes(std::span{data, size});
  const auto event = decode_kernel_uevent(datagram);
  const auto gateway = batadv::decode_gateway_event(datagram);
  if (!event && gateway) {
    std::abort();
  }
  if (event && (event->action.empty() || event->path.empty())) {
    std::abort();
  }
  if (gateway && *gateway && ((*gateway)->mesh.empty() || (*gateway)->mesh.size() > 15)) {
    std::abort();
  }
  return 0;
}
