// A kernel that behaves: carries out batches on a snapshot as Linux and the netlink adapter would, including what Linux
// does without a word (routes of a link vanish when it goes down). Can be told to refuse. Has no sockets.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/events.h"
#include "agent/facts/network_plan.h"

namespace karkara {

class FakeKernel {
 public:
  KernelSnapshot state;
  std::function<void(const NetworkOp&)> before_op;
  std::function<void(const NetworkOp&)> after_op;
  std::size_t ops_done = 0;  // since the beginning

  std::uint32_t add_link(const std::string& name);
  void set_up(std::uint32_t index, bool up);
  void set_carrier(std::uint32_t index, bool carrier);
  void remove_link(std::uint32_t index);

  // The op that is 'later' ops from now is refused once, whatever it is.
  void refuse_op(std::size_t later, Error error) { refusals_.push_back({ops_done + later, std::move(error)}); }
  // Each op of which this says true is refused.
  std::function<bool(const NetworkOp&)> refuse_always;

  BatchDone run(const NetworkBatch& batch);
  [[nodiscard]] KernelSeen dump(const std::vector<std::string>& sysctls) const;

 private:
  struct Refusal {
    std::size_t at;
    Error error;
  };
  Status carry_out(const NetworkOp& op);
  Status put(const Route& route);
  Status load(const std::string& ruleset);
  // As Linux does it: HTB needs its parents, keeps what has children, and a filter needs a device to lead to.
  Status shape(const AddDownloadDevice& op);
  Status shape(const RemoveDownloadDevice& op);
  Status shape(const PutShaperRoot& op);
  Status shape(const RemoveShaperRoot& op);
  Status shape(const PutShaperClass& op);
  Status shape(const RemoveShaperClass& op);
  Status shape(const PutLeaf& op);
  Status shape(const PutRedirect& op);
  Status shape(const RemoveRedirect& op);
  void drop_routes_of(std::uint32_t index);
  [[nodiscard]] Link* link(std::uint32_t index);

  std::vector<Refusal> refusals_;
  std::uint32_t next_index_ = 2;
};

// True when the ladder has a unicast default route of this family.
[[nodiscard]] bool has_ladder_default(const std::vector<Route>& routes, IpFamily family);

}  // namespace karkara
