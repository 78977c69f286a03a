// What follows a change of the way out, once the kernel has the new routes: the word to the tunnel's hub, and what ends
// with the old way.
#include <algorithm>
#include <utility>

#include "agent/facts/effect_list.h"
#include "agent/site/site.h"

namespace karkara {
namespace {

constexpr Duration kDeparturePatience = std::chrono::seconds{3};  // a kernel that refuses must not keep it waiting

// What may go out only after the others: a session that is hurried asks for its controller's name at once, and has to
// find the new way's resolvers, its old connections ended, and no flow of the dead way in the kernel.
int rank(const Effect& effect) {
  return std::holds_alternative<FlushMarkedFlows>(effect)    ? 0
         : std::holds_alternative<WriteResolvers>(effect)    ? 1
         : std::holds_alternative<EndOwnConnections>(effect) ? 2
                                                             : 3;
}

}  // namespace

// The word to the hub goes out once the kernel has the new routes: sent earlier it would leave by the old way. A kernel
// that refuses something for good must not keep it waiting.
void Site::settle_tunnel(Effects& effects, Times at) {
  const TunnelSettings* settings = tunnel_.settings();
  if (!settings || !network_told_) {
    follow_by_ = Instant::max();
  } else if (network_is_told() && reconciler_.settled()) {
    follow_by_ = Instant::max();
    append(effects, tunnel_.follow(uplink_.outer_path(settings->hub.address.family()), at.now));
  } else if (follow_by_ <= at.now) {
    follow_by_ = at.now + kDeparturePatience;
    append(effects, tunnel_.follow(uplink_.outer_path(settings->hub.address.family()), at.now));
  } else if (follow_by_ == Instant::max()) {
    follow_by_ = at.now + kDeparturePatience;
  }
  append(effects, uplink_.use_tunnel(tunnel_.carried(uplink_.kernel()), at.now));
}

// What concerns the way that traffic took before waits until the kernel sends it over the new one: a session that has
// to prove itself would answer over the old one and then fall silent, and a flow that is forgotten too early would come
// back on the dead uplink with its next packet.
void Site::settle_departure(Effects& effects, Times at) {
  const auto waits = [](const Effect& effect) {
    return std::holds_alternative<HurrySession>(effect) || std::holds_alternative<FlushMarkedFlows>(effect) ||
           std::holds_alternative<EndOwnConnections>(effect) || std::holds_alternative<WriteResolvers>(effect);
  };
  Effects settled;
  settled.reserve(effects.size() + departure_.size());
  for (Effect& effect : effects) {
    if (waits(effect)) {
      departure_.push_back(std::move(effect));
      departure_by_ = at.now + kDeparturePatience;
    } else {
      settled.push_back(std::move(effect));
    }
  }
  if (!departure_.empty() && (reconciler_.settled() || departure_by_ <= at.now)) {
    std::stable_sort(departure_.begin(), departure_.end(),
                     [](const Effect& a, const Effect& b) { return rank(a) < rank(b); });
    append(settled, std::exchange(departure_, {}));
    departure_by_ = Instant::max();
  }
  effects = std::move(settled);
}

}  // namespace karkara
