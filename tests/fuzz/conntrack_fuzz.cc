// Whatever comes in, the decoder answers; and an entry that it understood can be named in a removal that says the same.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/conntrack.h"

namespace {

using namespace karkara;

void must_survive(const conntrack::Entry& entry) {
  const auto removal = conntrack::encode_removal(entry);
  std::span<const std::byte> rest{removal};
  auto message = take_netlink_message(rest);
  if (!message || !rest.empty()) {
    std::abort();
  }
  message->type = 0x100;  // as if the kernel told of it
  const auto again = conntrack::decode_entry(*message);
  if (!again || !*again || (*again)->id != entry.id || (*again)->zone != entry.zone ||
      (*again)->family != entry.family || (*again)->tuple.size() != entry.tuple.size()) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto datagram = std::as_bytes(std::span{data, size});
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return 0;
    }
    const auto entry = conntrack::decode_entry(*message);
    if (entry && *entry) {
      must_survive(**entry);
      static_cast<void>(conntrack::decode_flow_bytes(*message));
    }
  }
  return 0;
}
