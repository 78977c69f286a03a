// Whatever comes in, the decoder answers; and what the kernel's filter leaves of a packet tells the same as all of it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/tcp_stamp.h"
#include "tests/support/classic_bpf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  static const auto filter = tcp_stamp_filter(0);
  const auto packet = std::as_bytes(std::span{data, size});
  const auto whole = decode_tcp_stamp(packet);
  for (const bool outgoing : {false, true}) {
    const std::size_t left = std::min<std::size_t>(run_filter(filter, {packet, outgoing, 0}), size);
    if (left == 0) {
      continue;
    }
    const auto cut = decode_tcp_stamp(packet.first(left));
    if (cut.ok() != whole.ok() || (cut && (*cut != *whole || (!outgoing && (!*cut || (*cut)->echo == 0))))) {
      std::abort();
    }
  }
  return 0;
}
