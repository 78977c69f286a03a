// A record that a worn disk made up is refused, or is exactly what would be written again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "controller/store/block_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto block = karkara::decode_stored_block(std::as_bytes(std::span{data, size}));
  if (block && karkara::encode_stored_block(*block) != std::string_view{reinterpret_cast<const char*>(data), size}) {
    std::abort();
  }
  return 0;
}
