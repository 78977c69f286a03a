// What a dump says about shaping, only while something of ours is there or is wanted: a router that does not shape pays
// one request after its start. Keeps the socket, and what the kernel was found able to do. Refuses to fail a dump: what
// cannot be read now is as it was. Called by NetlinkAdapter.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <type_traits>
#include <variant>

#include "agent/facts/kernel.h"
#include "agent/facts/network_plan.h"
#include "agent/io/traffic_requests.h"

namespace karkara {

template <class T, class Variant>
inline constexpr bool is_alternative = false;
template <class T, class... Ts>
inline constexpr bool is_alternative<T, std::variant<Ts...>> = (std::is_same_v<T, Ts> || ...);
template <class Step>
inline constexpr bool is_traffic_step = is_alternative<Step, TrafficOp>;
// Nothing: a step of another kind.
[[nodiscard]] std::optional<TrafficOp> traffic_step(const NetworkOp& op);

class TrafficWatch {
 public:
  // 'may_try': whether to find out what the kernel can do, which makes and removes a device.
  explicit TrafficWatch(bool may_try) : may_try_{may_try} {}

  void want(bool wanted) { wanted_ = wanted; }
  [[nodiscard]] bool is_on() const { return wanted_ || present_; }

  void look(KernelSnapshot& into);
  [[nodiscard]] TrafficRequests::Done change(std::span<const TrafficOp> ops);
  [[nodiscard]] Result<std::vector<ShaperCount>> counts(std::span<const std::uint32_t> links);

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] Result<TrafficRequests*> requests();
  [[nodiscard]] Result<SeenTraffic> dump();
  void find_abilities();

  bool may_try_;
  bool wanted_ = false;
  bool present_ = true;  // until a dump shows that nothing is
  bool read_ = false;    // by one of them at least
  unsigned failed_tries_ = 0;
  std::optional<TrafficRequests> requests_;
  SeenTraffic seen_;
  std::optional<TrafficAbilities> abilities_;
  Clock::time_point next_try_{};
};

}  // namespace karkara
