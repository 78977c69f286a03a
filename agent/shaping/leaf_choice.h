// Which queue a class gets, and its numbers: CAKE where the kernel has it and the router the memory, else fq_codel,
// else a short plain queue. Refuses the kernel's defaults, which are made for servers: 32 MB a queue, and five
// milliseconds where one packet takes twenty. Pure; called by class_tree.
#pragma once

#include <cstdint>

#include "agent/facts/traffic_control.h"
#include "agent/uplink/settings.h"

namespace karkara {

enum class QueueKind : std::uint8_t { Cake, FqCodel, Pfifo };

// The same for all leaves of a router.
struct QueuePlan {
  QueueKind kind = QueueKind::Pfifo;
  std::uint32_t memory = 0;  // bytes that the packets of one leaf may take
  bool by_host = true;       // hosts have equal parts of a class; else flows have
  friend bool operator==(const QueuePlan&, const QueuePlan&) = default;
};
[[nodiscard]] QueuePlan plan_queues(const TrafficAbilities& abilities, std::uint64_t memory, std::size_t leaves);

struct LeafNeed {
  std::uint64_t rate = 0;     // bytes a second, guaranteed
  std::uint64_t ceiling = 0;  // bytes a second
  std::uint32_t packet = 0;   // bytes that a full packet costs
  UplinkKind kind = UplinkKind::Ethernet;
  bool to_village = false;  // download: fair by who receives
  bool translated = false;  // the sender's own address is hidden by NAT here
  bool of_hosts = true;     // else the router's own: each of its flows is somebody
};
[[nodiscard]] Leaf leaf_for(const QueuePlan& plan, const LeafNeed& need);

}  // namespace karkara
