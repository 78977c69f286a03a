// A site with two uplinks and a tunnel: vsat, which it prefers, and lte, which costs money.
#pragma once

#include <map>
#include <string>

#include "tests/agent/site/site_bench.h"

namespace karkara {

class TunnelBench : public SiteBench {
 protected:
  TunnelBench() : SiteBench{with_tunnel()} {}

  [[nodiscard]] static SiteSettings without_tunnel();
  [[nodiscard]] static SiteSettings with_tunnel(const std::string& interface = "wg-karkara");
  void boot_with(const SiteSettings& settings, std::map<std::string, std::string> persisted = {});
  void start();  // anchors, and the first look at a kernel with both uplinks
  void start_and_carry();
  void run_until_down();  // of a tunnel whose hub is silent

  [[nodiscard]] std::string tunnel_state() const { return site_->status(at_).state.tunnel->state; }
  [[nodiscard]] bool alarm_is_raised(const std::string& interface) const;
  // The link that the wanted route of the tunnel's table leaves by, 0: there is none.
  [[nodiscard]] std::uint32_t wanted_link() const;
  [[nodiscard]] bool rule_in_kernel() const;
  [[nodiscard]] std::uint32_t first_link_of_choice() const;        // in the kernel
  [[nodiscard]] std::size_t flushes() const;                       // of what was in the tunnel
  [[nodiscard]] std::string chain(const std::string& name) const;  // of the wanted table
};

}  // namespace karkara
