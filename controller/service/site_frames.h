// A site's messages as the fleet's plain values, within bounds. Refuses what no honest agent sends: endless texts,
// names that are no names, a payload in the wrong class. Called by SiteSession for every frame.
#pragma once

#include "common/telemetry_block.h"
#include "controller/fleet/fleet_events.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara {

// InvalidArgument for what the sessions should end about.
[[nodiscard]] Status check_report(const v1::StateReport& report);
[[nodiscard]] Result<SiteGreeted> to_greeting(const SiteId& site, const v1::Hello& hello);
[[nodiscard]] Result<AlarmSignal> to_signal(const v1::AlarmEvent& event);
[[nodiscard]] Status check_class(const v1::Data& data);
// The answer, or DataLoss in its place when an operator could not read it: the question is answered either way.
[[nodiscard]] v1::SiteReply within_bounds(const v1::SiteReply& reply);
// The newest value of each column, and each one of those that speak of a day of their own. Times are the block's.
[[nodiscard]] std::vector<SiteSample> newest_samples(const BlockContent& block);

}  // namespace karkara
