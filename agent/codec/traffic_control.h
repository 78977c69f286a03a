// Traffic control (man 8 tc) over rtnetlink: our steps to requests, and what the kernel tells to plain values.
// Refuses sockets, and to take for ours what has options that we do not say. Called by agent/io's TrafficRequests and
// TrafficEvents, and by tests with recorded bytes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "agent/codec/netlink_message.h"
#include "agent/codec/netlink_request.h"
#include "agent/facts/traffic_control.h"
#include "common/result.h"

namespace karkara::traffic_control {

// One request of a step, and the errnos of its answer that mean the same as success.
struct Request {
  NetlinkBytes bytes;
  std::vector<int> fine;
};
// Both send all packets; kernels have the one or the other. Only the latter picks a network.
enum class Filter : std::uint8_t { MatchAll, U32 };

// In order; each goes whether or not the one before was fine. InvalidArgument: a class, leaf or link that cannot be
// ours. 'filter' is for PutRedirect.
[[nodiscard]] Result<std::vector<Request>> encode(const TrafficOp& op, Filter filter);
// Of a root of ours that is there, the bytes that do not count; HTB's own options cannot be changed.
[[nodiscard]] Request change_header(const PutShaperRoot& op);

[[nodiscard]] NetlinkBytes dump_queues();                         // of all links: the kernel filters none
[[nodiscard]] NetlinkBytes dump_classes(std::uint32_t link);      // of our tree
[[nodiscard]] NetlinkBytes dump_all_classes(std::uint32_t link);  // with the flows that wait in its leaves
enum class Hook : std::uint8_t { In, Out };
[[nodiscard]] NetlinkBytes dump_filters(std::uint32_t link, Hook hook);
[[nodiscard]] NetlinkBytes dump_filters_of_leaf(std::uint32_t link, std::uint16_t minor);

struct QueueCount {
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint32_t drops = 0;
  std::uint32_t backlog = 0;             // bytes
  std::uint32_t queued = 0;              // packets
  std::optional<std::uint32_t> delay{};  // microseconds
};

// What the kernel calls a qdisc. 'gone': an event that it was taken away.
struct Queue {
  std::uint32_t link = 0;
  std::uint32_t handle = 0;  // 0: the kernel's own default
  std::uint32_t parent = 0;
  std::string kind;
  std::uint16_t default_minor = 0;  // of an htb
  std::uint16_t header = 0;         // bytes of each packet that do not count; 0xffff: sizes are told in another way
  Leaf leaf;                        // a fq_codel is fair by flows here: its filter has a dump of its own
  QueueCount count;
  bool gone = false;

  [[nodiscard]] bool is_root() const;
  [[nodiscard]] bool is_clsact() const;  // or the older ingress, which takes its place
  // The class of ours that it stands below.
  [[nodiscard]] std::optional<std::uint16_t> below() const;
};

struct Class {
  std::uint32_t link = 0;
  std::uint32_t id = 0;
  Framing framing;
  std::optional<ShaperClass> ours;  // canonical but for its leaf; quantum and priority as they are
  QueueCount count;
};

struct SeenFilter {
  std::uint32_t link = 0;
  std::optional<std::uint32_t> redirect;  // ours, to this link; 0: to a link that went, nowhere, or of strange packets
  std::optional<IpPrefix> to{};           // what goes there alone
};

// In a leaf of ours.
struct SeenLeafFilter {
  std::uint32_t link = 0;
  std::uint16_t minor = 0;      // of the class above
  FairBy fair = FairBy::Flows;  // of one that is not ours
  std::uint32_t queues = 0;
};

// Nothing: a message of another type, or without meaning here. DataLoss, InvalidArgument, AlreadyExists: malformed.
[[nodiscard]] Result<std::optional<Queue>> decode_queue(const NetlinkMessage& message);
[[nodiscard]] Result<std::optional<Class>> decode_class(const NetlinkMessage& message);
[[nodiscard]] Result<std::optional<SeenFilter>> decode_filter(const NetlinkMessage& message);
[[nodiscard]] Result<std::optional<SeenLeafFilter>> decode_leaf_filter(const NetlinkMessage& message);
// An event that filters of our preference went away, one or all of a link: the kernel names the filter only if it was
// one.
[[nodiscard]] bool tells_of_a_lost_redirect(const NetlinkMessage& message);

}  // namespace karkara::traffic_control
