// What can go wrong when traffic is sent to an uplink, or an uplink is held: each risk has a name that an operator has
// to say before the order is given. Pure; refuses to judge by anything but the site's last report. Called by
// order_commands.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

inline constexpr std::string_view kSiteGoesDark = "site-goes-dark";
inline constexpr std::string_view kCostsMoney = "costs-money";
inline constexpr std::string_view kNotUp = "not-up";
inline constexpr std::string_view kRiskWords = "site-goes-dark costs-money not-up";

struct Risk {
  std::string_view name;
  std::string text;
};

// Errors: NotFound: the site has no such uplink; InvalidArgument: a hold without an end that takes the site off the
// net for good.
[[nodiscard]] Result<std::vector<Risk>> risks_of(const v1::UplinkOrder& order, const v1::StateReport& report);

}  // namespace karkara::cli
