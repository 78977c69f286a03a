// Questions about the shaping that is there, as a dump shows it, beside what is wanted. Refuses to answer with steps.
// Called by traffic_steps.cc and traffic_removal.cc only.
#pragma once

#include <cstdint>

#include "agent/facts/network_plan.h"

namespace karkara::seen_traffic {

using SeenClass = SeenTraffic::Class;

// 'wanted' may be kDownloadLink. nullptr: it is not there.
[[nodiscard]] const Link* link_of(std::uint32_t wanted, const KernelSnapshot& seen);
[[nodiscard]] const SeenRoot* root_of(std::uint32_t link, const SeenTraffic& seen);
[[nodiscard]] bool is_ours(const SeenRoot& root);
[[nodiscard]] bool has_our_root(std::uint32_t link, const SeenTraffic& seen);
// The kernel's own default may be replaced; what somebody set may not.
[[nodiscard]] bool is_foreign(const SeenRoot& root);
// Another program's ingress is in the only place for a clsact: a filter of ours would hang where packets come in.
[[nodiscard]] bool is_taken(std::uint32_t link, const SeenTraffic& seen);
[[nodiscard]] const SeenClass* class_of(std::uint32_t link, std::uint16_t minor, const SeenTraffic& seen);
[[nodiscard]] const Shaper* shaper_of(std::uint32_t link, const WantedTraffic& wanted, const KernelSnapshot& seen);
[[nodiscard]] bool has_children(std::uint32_t link, std::uint16_t minor, const SeenTraffic& seen);
// HTB moves no class to another parent and changes no default: such a tree goes as a whole.
[[nodiscard]] bool is_misshapen(const Shaper& shaper, std::uint32_t link, const SeenTraffic& seen);
// All of its classes are there.
[[nodiscard]] bool is_whole(const Shaper& shaper, std::uint32_t link, const SeenTraffic& seen);
[[nodiscard]] RemoveRedirect removal_of(const Redirect& redirect, const SeenTraffic& seen, bool clsact_too);

}  // namespace karkara::seen_traffic
