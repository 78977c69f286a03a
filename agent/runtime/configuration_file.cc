#include "agent/runtime/configuration_file.h"

#include <sstream>

#include "common/host/config_change.h"

namespace karkara {

std::optional<ConfigActivated> ConfigurationFile::reload(const std::string& by) {
  auto read = read_site_config_file(path_, active_.tables);
  if (!read) {
    std::istringstream problems{read.error().text};
    for (std::string line; std::getline(problems, line);) {
      log_.write({MessageId::ConfigRefused, {{"by", by}, {"why", line}}});
    }
    return std::nullopt;
  }
  if (read->settings.id != active_.settings.id) {
    log_.write(
        {MessageId::ConfigRefused, {{"by", by}, {"why", path_ + ": site.id cannot change while the agent runs"}}});
    return std::nullopt;
  }
  const auto changes = compare_configs(active_.config, read->config);
  ConfigActivated change{active_.settings, read->settings, std::string{to_string(highest_cost(changes))},
                         changes.size()};
  active_ = std::move(*read);
  return change;
}

}  // namespace karkara
