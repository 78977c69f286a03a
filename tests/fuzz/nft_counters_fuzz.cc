// Whatever comes in, the decoder answers; and what it takes for a counter has a plain name.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/nft_counters.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  auto datagram = std::as_bytes(std::span{data, size});
  FlowCounter counter;
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return 0;
    }
    const auto found = nft_counters::decode_counter(*message, counter);
    const bool plain = !counter.name.empty() && std::all_of(counter.name.begin(), counter.name.end(),
                                                            [](char c) { return static_cast<unsigned char>(c) > ' '; });
    if (found && *found && !plain) {
      std::abort();
    }
  }
  return 0;
}
