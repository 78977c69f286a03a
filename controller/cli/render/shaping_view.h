// How a site's uplinks are shared among the classes of traffic: rates with their reasons, classes, quotas.
// Refuses to judge: every reason and every warning is the agent's. Called by the shaping and local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "controller/cli/render/words.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// Whether it is on, the queues, and what stands in its way.
[[nodiscard]] Facts shaping_facts(const v1::Shaping& shaping);
// UPLINK WAY RATE NOW ADDED WHY; wide adds DEVICE FLOOR BASE MOST SINCE.
[[nodiscard]] Table direction_table(const v1::Shaping& shaping);
// CLASS UPLINKS PERIOD USED OF PART CEILING.
[[nodiscard]] Table quota_table(const v1::Shaping& shaping);

// With a table of each direction's classes: CLASS GUARANTEE CEILING NOW DELAY DROPS TERMS.
[[nodiscard]] View shaping_view(const v1::Shaping& shaping);
// The same in sentences: why each rate is what it is, and what each class's terms are.
[[nodiscard]] View shaping_explanation(const v1::Shaping& shaping);

[[nodiscard]] std::string way_of(const v1::ShapedDirection& direction);  // "down"
[[nodiscard]] Cell carried_cell(std::optional<std::uint64_t> bits_per_second);
[[nodiscard]] Cell drops_cell(std::optional<double> packets_per_second);
[[nodiscard]] Cell terms_cell(const std::string& terms);
[[nodiscard]] std::string part_text(const v1::ClassQuota& quota);     // "80 %"
[[nodiscard]] std::string uplinks_text(const v1::ClassQuota& quota);  // "all", "cellular"

}  // namespace karkara::cli
