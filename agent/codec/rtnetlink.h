// rtnetlink (man 7 rtnetlink): plain bytes to the values of agent/facts/kernel.h, and requests to bytes.
// Refuses sockets, and refuses to guess: what is malformed, cut, unknown or not modelled never passes for an object of
// ours. Called by agent/io's netlink adapter, and by tests with recorded bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/kernel.h"
#include "agent/facts/network_plan.h"
#include "common/result.h"

namespace karkara::rtnetlink {

using Object = std::variant<Link, LinkAddress, Route, Rule>;

struct Appeared {
  Object object;
};  // RTM_NEW...: also what a dump consists of
struct Disappeared {
  Object object;
};  // RTM_DEL...: of a link, only the index counts
struct Acknowledged {
  int error = 0;
  std::string text;
};  // errno, 0 when done; the kernel's own words if it gave any
struct DumpDone {
  int error = 0;
};                  // errno
struct Overrun {};  // the kernel dropped messages: dump again
struct Skipped {
  std::string why;
};  // well-formed, of no interest here
struct Malformed {
  Error error;
};  // codes as in NetlinkAttributes::status()

using Content = std::variant<Appeared, Disappeared, Acknowledged, DumpDone, Overrun, Skipped, Malformed>;

// A route with several next hops is a Message for each of them, one behind the other.
struct Message {
  std::uint32_t sequence = 0;
  bool dump_interrupted = false;  // NLM_F_DUMP_INTR: the dump is not one moment's picture
  Content content;
};

// One datagram: any number of messages. DataLoss when the framing itself is broken: nothing in it can be trusted.
[[nodiscard]] Result<std::vector<Message>> decode(std::span<const std::byte> datagram);

using Bytes = std::vector<std::byte>;

// Requests for changes, each to be acknowledged. InvalidArgument for what cannot be said: a route of type Other, a
// gateway of another family.
[[nodiscard]] Result<Bytes> encode(const PutRoute& op, std::uint32_t sequence);
[[nodiscard]] Result<Bytes> encode(const RemoveRoute& op, std::uint32_t sequence);
[[nodiscard]] Result<Bytes> encode(const AddRule& op, std::uint32_t sequence);
[[nodiscard]] Result<Bytes> encode(const RemoveRule& op, std::uint32_t sequence);

// Requests for dumps. The filter of routes works on sockets with NETLINK_GET_STRICT_CHK; elsewhere everything comes.
struct RouteFilter {
  IpFamily family = IpFamily::V4;
  std::uint32_t table = 0;    // 0: any
  std::uint8_t protocol = 0;  // 0: any
};
[[nodiscard]] Bytes dump_links(std::uint32_t sequence);
[[nodiscard]] Bytes dump_addresses(std::uint32_t sequence);
[[nodiscard]] Bytes dump_routes(const RouteFilter& filter, std::uint32_t sequence);
[[nodiscard]] Bytes dump_rules(std::uint32_t sequence);

}  // namespace karkara::rtnetlink
