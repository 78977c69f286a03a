// What RoundTripTap would tell of the simulated connections: the first echo of each timestamp that left.
#include <algorithm>

#include "tests/bench/shaping_sim.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kWindow = milliseconds{200};
constexpr std::size_t kMostQuestions = 4096;

}  // namespace

void ShapingSim::leaves_router(const SimPacket& packet) {
  if (scenario_.taps && packet.of == SimClass::Bulk && questions_.size() < kMostQuestions) {
    questions_.try_emplace({packet.flow, packet.stamp}, loop_.now());
  }
}

void ShapingSim::comes_back(const SimPacket& packet) {
  const auto found = questions_.find({packet.flow, packet.echoed});
  if (packet.of != SimClass::Bulk || found == questions_.end()) {
    return;
  }
  const Duration took = loop_.now() - found->second;
  questions_.erase(found);
  FlowRoundTrip& flow = tapped_[packet.flow];
  ++flow.samples;
  if (flow.samples == 1 || took < flow.least) {
    flow.least = took;
    flow.far_time = milliseconds{packet.stamp};
    tapped_at_[packet.flow] = loop_.now();
  }
}

void ShapingSim::tell_tapped() {
  std::vector<FlowRoundTrip> flows;
  for (auto& [number, flow] : tapped_) {
    const auto life = scenario_.young ? (loop_.now().since_boot() + milliseconds{number * 700}) / seconds{3} : 0;
    flow.flow = static_cast<std::uint64_t>(number + 100 * (life + 1));
    flow.remote = static_cast<std::uint64_t>(number);
    flow.age = loop_.now() - tapped_at_[number];
    flows.push_back(flow);
  }
  tapped_.clear();
  std::erase_if(questions_, [&](const auto& each) { return loop_.now() - each.second > std::chrono::seconds{10}; });
  if (const auto pooled = flow_delays_.see(flows, loop_.now())) {
    take(up_, result_.up, up_.rate->on(pooled->in(true), loop_.now()));
    take(down_, result_.down, down_.rate->on(pooled->in(false), loop_.now()));
  }
  loop_.after(kWindow, [this] { tell_tapped(); });
}

}  // namespace karkara
