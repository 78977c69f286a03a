// Whatever comes in from the mesh, the decoder answers; and a packet that it understood is said again byte for byte, a
// hello, which may come from a later agent, by its meaning.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/mesh_hello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto packet = std::as_bytes(std::span{data, size});
  const auto decoded = karkara::mesh_hello::decode(packet);
  if (!decoded) {
    return 0;
  }
  const auto again = karkara::mesh_hello::encode(*decoded);
  if (std::holds_alternative<karkara::mesh_hello::Sealed>(*decoded)) {
    const auto heard = karkara::mesh_hello::decode(again);
    if (!heard || *heard != *decoded) {
      std::abort();
    }
  } else if (!std::ranges::equal(again, packet)) {
    std::abort();
  }
  return 0;
}
