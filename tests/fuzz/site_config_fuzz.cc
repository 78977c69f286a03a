// Any bytes as a site's configuration, taken as far as the agent takes it: read, checked for contradictions and doubts,
// bound. It is accepted whole, or refused with a place and a reason in each line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/config_bind/site_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto read = karkara::read_site_config("fuzz", text);
  if (!read) {
    if (!read.error().text.starts_with("fuzz:")) {
      std::abort();
    }
    return 0;
  }
  const bool named = read->settings.id.text().empty() || read->settings.uplink.uplinks.empty();
  if (named || read->settings.hash != karkara::config_hash(read->config)) {
    std::abort();
  }
  return 0;
}
