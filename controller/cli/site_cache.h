// The ids of the sites as the last `site list` saw them, so that a shell completes them without asking anybody.
// Refuses anything that is not a plain name: a shell will look at it. Called by site_list and `karkara completion
// sites`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/time.h"
#include "controller/cli/surroundings.h"

namespace karkara::cli {

class SiteCache {
 public:
  // One file for each controller, in $XDG_CACHE_HOME/karkara or ~/.cache/karkara.
  SiteCache(const Surroundings& around, const std::string& controller);

  // A cache that cannot be written is no trouble for anyone.
  void store(const std::vector<std::string>& ids) const;

  struct Ids {
    std::vector<std::string> ids;
    Duration age;
  };
  [[nodiscard]] std::optional<Ids> load(WallTime now) const;

 private:
  std::string path_;  // empty: there is no place for it
};

}  // namespace karkara::cli
