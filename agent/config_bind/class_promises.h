// What the classes of a site are promised together, at any hour and on any kind of uplink, and whether that is more
// than there is, or more than a link at its least. Called by the checks and the doubts of shaping.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/config_bind/class_week.h"
#include "agent/config_bind/site_config.h"

namespace karkara {

struct NamedClasses {
  std::vector<ClassShaping> shaping{};
  std::vector<std::string> paths{};
  // Where the class's guarantee of that moment is said, as 'field' (guarantee_percent, guarantee_rate).
  [[nodiscard]] std::vector<std::string> places(std::size_t index, UplinkKind kind, const WeekMoment& moment,
                                                const std::string& field) const;
};
// The village's, and the guests' behind them where something is lent.
[[nodiscard]] NamedClasses named_classes(const v1::SiteConfig& config);
[[nodiscard]] UplinkKind kind_of(const v1::UplinkConfig& uplink);
[[nodiscard]] std::string rate_text(BitsPerSecond rate);  // "64 kbit/s"

// The most of a link's rate that they are guaranteed as percentages together, at any hour on any kind of uplink.
[[nodiscard]] Percent most_promised(const std::vector<ClassShaping>& classes);

void check_promises(const v1::SiteConfig& config, std::vector<Contradiction>& found);

// What the guaranteed rates come to where a direction is at its floor, beside the router's own part, a trickle for each
// class and what hours and the uplink's kind change.
struct RatesAtFloor {
  BitsPerSecond sum{};                // of the guaranteed rates
  std::optional<std::size_t> of{};    // the last class that has one
  BitsPerSecond gets{};               // this class
  bool fit = true;                    // all of them
  std::vector<std::size_t> shrunk{};  // classes that get much less than their percentage, for those rates
};
[[nodiscard]] RatesAtFloor rates_at_floor(const std::vector<ClassShaping>& classes, UplinkKind kind,
                                          BitsPerSecond floor, const std::vector<ClassState>& states);

}  // namespace karkara
