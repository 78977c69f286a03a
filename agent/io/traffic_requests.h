// Asks the kernel about shaping (tc) and changes it: what stands there, steps, and counters. What it can do at all is
// in traffic_abilities. Refuses to choose, to retry, and to replace what is not ours. Called by NetlinkAdapter, and by
// whoever shows or judges what the classes do.
#pragma once

#include <span>
#include <vector>

#include "agent/codec/traffic_control.h"
#include "agent/io/traffic_conversation.h"

namespace karkara {

class TrafficRequests {
 public:
  static Result<TrafficRequests> open();

  struct Done {
    std::size_t count = 0;  // of steps before the first refused one
    Status status{};
  };
  // Puts of classes and leaves go to the kernel many at once: of those behind a refused one, some may be done as well.
  // What is gone already is removed. AlreadyExists: another program's root, or its ingress, is in the way.
  [[nodiscard]] Done change(std::span<const TrafficOp> ops);

  // All links' roots; classes and leaves of our trees only, and filters only where there is a clsact. A link with an
  // ingress in its place is among the busy ones and not among the clsacts. Nothing about abilities.
  // FailedPrecondition: a kernel without traffic control.
  [[nodiscard]] Result<SeenTraffic> dump();

  // Of the classes of our trees on these links, in the kernel's order.
  [[nodiscard]] Result<std::vector<ShaperCount>> counts(std::span<const std::uint32_t> links);

 private:
  explicit TrafficRequests(TrafficConversation kernel) : kernel_{std::move(kernel)} {}
  [[nodiscard]] Done change_together(std::span<const TrafficOp> ops);
  [[nodiscard]] Status carry_out(const TrafficOp& op);
  [[nodiscard]] Status put_root(const PutShaperRoot& op);
  [[nodiscard]] Status put_redirect(const PutRedirect& op);
  [[nodiscard]] Status ask(const TrafficOp& op, traffic_control::Filter filter);
  [[nodiscard]] Status ask(std::vector<traffic_control::Request> requests);

  TrafficConversation kernel_;
  traffic_control::Filter filter_ = traffic_control::Filter::MatchAll;  // until the kernel is seen to lack it
};

}  // namespace karkara
