#include "agent/facts/radio_name.h"

#include "agent/facts/mac_address.h"

namespace karkara {
namespace {

constexpr std::string_view kDevices = "/sys/devices/";
constexpr std::string_view kRadios = "/ieee80211";

}  // namespace

std::string plain_radio_name(std::string_view name) {
  if (const auto address = MacAddress::parse(name)) {
    return address->text();
  }
  std::string path;
  for (const char letter : name) {
    if (letter != '/' || !path.ends_with('/')) {
      path += letter;
    }
  }
  if (path.starts_with(kDevices)) {
    path.erase(0, kDevices.size());
  }
  if (const auto at = path.rfind(kRadios); at != std::string::npos) {
    const char next = at + kRadios.size() < path.size() ? path[at + kRadios.size()] : '/';
    path.resize(next == '/' ? at : path.size());
  }
  while (path.ends_with('/')) {
    path.pop_back();
  }
  return path;
}

}  // namespace karkara
