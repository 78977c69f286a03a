#include "agent/runtime/site_start.h"

#include <random>

#include "agent/facts/usage.h"
#include "common/version.h"

namespace karkara {

SiteStart site_start(std::string_view boot_id, Result<std::map<std::string, std::string>> persisted,
                     std::optional<std::uint64_t> router_memory) {
  std::random_device random;
  SiteStart start;
  start.agent_version = std::string{version_text()};
  start.seed = (std::uint64_t{random()} << 32U) | random();
  start.boot_id = boot_mark(boot_id);
  start.build_time = source_time();
  start.router_memory = router_memory;
  if (persisted) {
    start.persisted = std::move(persisted).value();
  }
  return start;
}

}  // namespace karkara
