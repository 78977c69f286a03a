// Whatever comes in, the decoders answer; and a class or leaf that they understood is canonical, and survives being
// said again.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/traffic_control.h"
#include "agent/facts/traffic_canonical.h"

namespace {

using namespace karkara;
using namespace karkara::traffic_control;

// The last request of 'op', as the kernel would show it: our requests have the layout of its answers.
template <class Decode>
auto said_again(const TrafficOp& op, Decode decode) -> decltype(decode(NetlinkMessage{})) {
  const auto requests = encode(op, Filter::MatchAll);
  if (!requests) {
    return Error{ErrorCode::InvalidArgument, "not ours"};
  }
  std::span<const std::byte> rest{requests->back().bytes};
  const auto message = take_netlink_message(rest);
  if (!message) {
    std::abort();
  }
  return decode(*message);
}

void check(const Class& found) {
  if (!found.ours) {
    return;
  }
  ShaperClass wanted = *found.ours;
  wanted.leaf = PfifoLeaf{};  // keeps quantum and priority
  const ShaperClass once = canonical(wanted);
  if (!(canonical(once) == once)) {
    std::abort();
  }
  const auto again = said_again(PutShaperClass{found.link, canonical(found.framing), once}, decode_class);
  if (!again) {
    return;  // a minor that is not ours
  }
  if (!*again || !(*again)->ours) {
    std::abort();
  }
  ShaperClass seen = *(*again)->ours;
  seen.leaf = once.leaf;
  if (!(seen == once) || (*again)->framing != canonical(found.framing)) {
    std::abort();
  }
}

void check_root(const Queue& found) {
  if (found.kind != "htb" || found.header == 0xffff) {
    return;  // sizes that we do not say
  }
  const auto again = said_again(PutShaperRoot{found.link, found.default_minor, found.header}, decode_queue);
  if (!again || !*again || (*again)->header != found.header || (*again)->default_minor != found.default_minor) {
    std::abort();
  }
}

// A filter that is taken for ours is one that we would put: its parent is the leaf's handle.
void check(const SeenLeafFilter& found) {
  if (found.fair == FairBy::Flows || found.minor > kMostShaperClasses) {
    return;
  }
  FqCodelLeaf leaf{.limit = 64, .flows = found.queues};
  leaf.fair = found.fair;
  const auto again = said_again(PutLeaf{found.link, found.minor, leaf, false}, decode_leaf_filter);
  if (!again || !*again || (*again)->fair != found.fair || (*again)->queues != found.queues ||
      (*again)->minor != found.minor) {
    std::abort();
  }
}

void check(const Queue& found) {
  check_root(found);
  if (!(canonical(canonical(found.leaf)) == canonical(found.leaf))) {
    std::abort();
  }
  // Without the time units of its own, which only the kernel turns into a dump's.
  if (std::holds_alternative<CakeLeaf>(found.leaf) || std::holds_alternative<PfifoLeaf>(found.leaf)) {
    const auto again = said_again(PutLeaf{found.link, 1, found.leaf, false}, decode_queue);
    if (again && (!*again || !((*again)->leaf == found.leaf))) {
      std::abort();
    }
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
    if (const auto queue = decode_queue(*message); queue && *queue) {
      check(**queue);
    }
    if (const auto found = decode_class(*message); found && *found) {
      check(**found);
    }
    static_cast<void>(decode_filter(*message));
    if (const auto filter = decode_leaf_filter(*message); filter && *filter) {
      check(**filter);
    }
  }
  return 0;
}
