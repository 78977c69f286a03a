// Any bytes, as they are and with a right checksum: refused, or a block that survives another round unchanged.
#include <cstdlib>
#include <span>
#include <vector>

#include "common/crc32c.h"
#include "common/telemetry_block.h"

namespace {

void check(std::span<const std::byte> bytes) {
  const auto content = karkara::decode_block(bytes);
  if (!content) {
    return;
  }
  const auto again = karkara::encode_block(*content);
  if (!again) {
    std::abort();
  }
  const auto back = karkara::decode_block(*again);
  if (!back || !(*back == *content)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span{data, size});
  check(bytes);
  if (size > 4) {
    std::vector<std::byte> sealed{bytes.begin(), bytes.end()};
    const std::uint32_t sum = karkara::crc32c(bytes.first(size - 4));
    for (std::size_t i = 0; i < 4; ++i) {
      sealed[size - 4 + i] = static_cast<std::byte>(sum >> (8 * i));
    }
    check(sealed);
  }
  return 0;
}
