// Whatever comes in, the decoder answers; and a socket that it understood is named to the byte when it is to be ended.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/sock_diag.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  auto datagram = std::as_bytes(std::span{data, size});
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return 0;
    }
    const auto socket = sock_diag::decode_socket(*message);
    if (!socket || !*socket) {
      continue;
    }
    const auto request = sock_diag::encode_destroy(**socket);
    const auto& identity = (*socket)->identity;
    if (std::search(request.begin(), request.end(), identity.begin(), identity.end()) == request.end()) {
      std::abort();
    }
  }
  return 0;
}
