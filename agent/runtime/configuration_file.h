// The site's configuration file while the agent runs: read again on request, and refused as a whole when anything in it
// is wrong, in which case the active one stays. Called by main.cc.
#pragma once

#include <optional>
#include <string>

#include "agent/config_bind/site_config.h"
#include "agent/site/site.h"
#include "common/host/log.h"

namespace karkara {

class ConfigurationFile {
 public:
  ConfigurationFile(std::string path, SiteConfiguration active, Log& log)
      : path_{std::move(path)}, active_{std::move(active)}, log_{log} {}

  [[nodiscard]] const SiteSettings& settings() const { return active_.settings; }
  // The change to activate, or nothing: the file is wrong, and each of its problems was logged.
  std::optional<ConfigActivated> reload(const std::string& by);

 private:
  std::string path_;
  SiteConfiguration active_;
  Log& log_;
};

}  // namespace karkara
