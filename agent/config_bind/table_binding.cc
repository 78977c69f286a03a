#include "agent/config_bind/table_binding.h"

namespace karkara {

std::optional<FirmwareVersion> TableBinding::bind_version(const std::string& text, const std::string& path) {
  if (text.empty()) {
    return {};
  }
  auto version = version_in(text, "");
  if (!version) {
    refuse(path, "'" + text + "' is not a version such as 8.7");
  }
  return version;
}

std::optional<PlausibleRange> TableBinding::bind_range(std::optional<double> least, std::optional<double> most,
                                                       const std::string& path) {
  if (!least && !most) {
    return {};
  }
  if (!least || !most || *least > *most) {
    refuse(path, "needs both ends of its range, the lower one first");
    return {};
  }
  return PlausibleRange{*least, *most};
}

}  // namespace karkara
