// Whatever comes in from the mesh, the decoder answers; and a packet that it understood is said again byte for byte.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/mesh_hello.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto packet = std::as_bytes(std::span{data, size});
  const auto decoded = karkara::mesh_hello::decode(packet);
  if (decoded && !std::ranges::equal(karkara::mesh_hello::encode(*decoded), packet)) {
    std::abort();
  }
  return 0;
}
