// Whatever comes in, the decoder answers; and a route or rule that it understood survives being said again.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/codec/links_of_kind.h"
#include "agent/codec/rtnetlink.h"

namespace {

using namespace karkara;
using namespace karkara::rtnetlink;

template <class Op, class T>
void must_survive(const Op& op, const T& object) {
  const auto bytes = encode(op, 1);
  if (!bytes) {
    return;  // a route over two families, or of a kind that is not ours
  }
  const auto again = decode(*bytes);
  if (!again || again->size() != 1) {
    std::abort();
  }
  const auto* appeared = std::get_if<Appeared>(&again->front().content);
  if (appeared == nullptr || !(std::get<T>(appeared->object) == object)) {
    std::abort();
  }
}

void check(Route route) {
  if (route.destination.is_everything()) {
    route.destination = IpPrefix::everything(route.destination.address.family());
  }
  route.other_attributes = false;
  must_survive(PutRoute{route}, route);
}

void check(Rule rule) {
  if (rule.mark_mask == 0) {
    rule.mark = 0;
  }
  must_survive(AddRule{rule}, rule);
}

void look_for_kinds(std::span<const std::byte> datagram) {
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return;
    }
    const auto link = decode_link_of_kind(*message);
    if (link && *link && (*link)->index == 0) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  look_for_kinds(std::as_bytes(std::span{data, size}));
  const auto messages = decode(std::as_bytes(std::span{data, size}));
  if (!messages) {
    return 0;
  }
  for (const Message& message : *messages) {
    const auto* appeared = std::get_if<Appeared>(&message.content);
    if (appeared == nullptr) {
      continue;
    }
    if (const auto* route = std::get_if<Route>(&appeared->object)) {
      check(*route);
    } else if (const auto* rule = std::get_if<Rule>(&appeared->object)) {
      check(*rule);
    }
  }
  return 0;
}
