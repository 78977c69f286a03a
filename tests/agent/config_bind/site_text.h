// A site's configuration as text, and what the binding makes of it: shared by the tests of the binders.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "agent/config_bind/site_config.h"

namespace karkara {

inline constexpr std::string_view kSite = R"(site: {id: sadore}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1}
  - {id: lte, kind: cellular, interface: wwan0, metered: true}
lan: {interfaces: [br-lan]}
)";

inline SiteSettings settings_of(std::string_view text) {
  const auto read = read_site_config("site.yaml", text);
  EXPECT_TRUE(read.ok()) << read.error().text;
  return read.ok() ? read->settings : SiteSettings{};
}

inline std::string errors_of(std::string_view text) {
  const auto read = read_site_config("site.yaml", text);
  return read ? "" : read.error().text;
}

inline std::string with(std::string_view more) {
  return std::string{kSite}.append(more);
}

}  // namespace karkara
