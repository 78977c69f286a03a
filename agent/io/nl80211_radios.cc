#include "agent/io/nl80211_radios.h"

#include <linux/if.h>
#include <linux/netlink.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "agent/codec/link_request.h"
#include "agent/codec/nl80211_interface.h"
#include "agent/codec/nl80211_wiphy.h"
#include "agent/io/errno_error.h"
#include "agent/io/genetlink_families.h"
#include "agent/io/kernel_sockets.h"

namespace karkara {
namespace {

namespace fs = std::filesystem;

constexpr double kMbmPerDbm = 100;

// One short line of sysfs; empty when it cannot be read.
std::string line_of(const fs::path& file) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  return line;
}

std::string path_of(const fs::path& phy) {
  std::error_code error;
  const std::string device = fs::canonical(phy / "device", error).string();
  constexpr std::string_view kDevices = "/sys/devices/";
  return !error && device.starts_with(kDevices) ? device.substr(kDevices.size()) : std::string{};
}

std::string blocked_by(const fs::path& phy) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator{phy, error}) {
    if (!entry.path().filename().string().starts_with("rfkill")) {
      continue;
    }
    if (line_of(entry.path() / "hard") == "1") {
      return "by a switch (rfkill)";
    }
    if (line_of(entry.path() / "soft") == "1") {
      return "by a program (rfkill)";
    }
  }
  return {};
}

// Flags of the network namespace that the agent is in, whatever sysfs shows.
class LinkFlags {
 public:
  LinkFlags() : fd_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {}
  LinkFlags(const LinkFlags&) = delete;
  LinkFlags& operator=(const LinkFlags&) = delete;
  ~LinkFlags() { ::close(fd_); }
  [[nodiscard]] bool is_up(const std::string& name) const {
    ifreq request{};
    name.copy(request.ifr_name, sizeof request.ifr_name - 1);
    return ::ioctl(fd_, SIOCGIFFLAGS, &request) == 0 && (static_cast<unsigned>(request.ifr_flags) & IFF_UP) != 0;
  }

 private:
  int fd_;
};

std::optional<Dbm> dbm(const auto& mbm) {
  return mbm ? std::optional{Dbm{static_cast<double>(*mbm) / kMbmPerDbm}} : std::nullopt;
}

RadioInterface interface_of(const nl80211::Interface& seen, const nl80211::Wiphy& wiphy, const LinkFlags& flags) {
  RadioInterface interface { seen.link, seen.name };
  interface.on = flags.is_up(seen.name);
  interface.power = interface.on ? dbm(seen.tx_power_mbm) : std::nullopt;
  const nl80211::Channel* channel = seen.channel ? wiphy.find(seen.channel->frequency_mhz) : nullptr;
  interface.allowed = channel != nullptr ? dbm(channel->max_power_mbm) : std::nullopt;
  return interface;
}

RadioSeen radio_of(const nl80211::Wiphy& wiphy, const std::vector<nl80211::Interface>& interfaces) {
  const fs::path phy = fs::path{"/sys/class/ieee80211"} / wiphy.name;
  const LinkFlags flags;
  RadioSeen radio{wiphy.index, wiphy.name, line_of(phy / "macaddress"), path_of(phy), {}, blocked_by(phy)};
  for (const nl80211::Interface& interface : interfaces) {
    if (interface.wiphy == wiphy.index && interface.link != 0) {
      radio.interfaces.push_back(interface_of(interface, wiphy, flags));
    }
  }
  std::ranges::sort(radio.interfaces, {}, &RadioInterface::index);
  return radio;
}

}  // namespace

Nl80211Radios::Nl80211Radios(NetlinkConversation routes, NetlinkConversation generic, std::uint16_t family)
    : routes_{std::move(routes)}, generic_{std::move(generic)}, family_{family} {}

Result<Nl80211Radios> Nl80211Radios::open() {
  auto routes = NetlinkConversation::open(NETLINK_ROUTE, NetlinkConversation::kDriverPatience);
  auto generic = NetlinkConversation::open(NETLINK_GENERIC, NetlinkConversation::kDriverPatience);
  if (!routes || !generic) {
    return (routes ? generic.error() : routes.error()).in("radios");
  }
  const auto families = list_families(*generic);
  if (!families) {
    return families.error().in("radios");
  }
  const auto family = families->find(nl80211::kFamilyName);
  if (family == families->end()) {
    return Error{ErrorCode::NotFound, "the kernel shows no Wi-Fi (nl80211)"};
  }
  return Nl80211Radios{std::move(*routes), std::move(*generic), family->second};
}

Result<std::vector<RadioSeen>> Nl80211Radios::look() {
  std::vector<nl80211::Wiphy> wiphys;
  auto request = nl80211::encode_get_wiphys(family_);
  auto ending = generic_.ask(request, [&](const NetlinkMessage& message) -> Status {
    const auto taken = nl80211::add_to(wiphys, message, family_);
    return taken ? Status{} : Status{taken.error()};
  });
  std::vector<nl80211::Interface> interfaces;
  if (ending && ending->error == 0) {
    request = nl80211::encode_get_interfaces(family_);
    ending = generic_.ask(request, [&](const NetlinkMessage& message) -> Status {
      auto decoded = nl80211::decode_interface(message, family_);
      if (decoded && *decoded) {
        interfaces.push_back(std::move(**decoded));
      }
      return decoded ? Status{} : Status{decoded.error()};
    });
  }
  if (!ending || ending->error != 0) {
    return ending ? errno_error(ending->error, "nl80211") : ending.error();
  }
  std::vector<RadioSeen> radios;
  for (const nl80211::Wiphy& wiphy : wiphys) {
    radios.push_back(radio_of(wiphy, interfaces));
  }
  return radios;
}

Status Nl80211Radios::set_power(std::uint32_t wiphy, std::optional<Dbm> most) {
  nl80211::TxPowerChange change;
  change.wiphy = wiphy;
  if (most) {
    change.setting = nl80211::TxPowerSetting::Limited;
    change.level_mbm = static_cast<std::int32_t>(std::lround(most->value() * kMbmPerDbm));
  }
  auto request = nl80211::encode_set_tx_power(family_, change);
  return acknowledged(generic_, request, "transmit power");
}

Status Nl80211Radios::set_link(const RadioInterface& interface, bool up) {
  auto request = rtnetlink::encode_switch_link(interface.index, up);
  return acknowledged(routes_, request, interface.name);
}

}  // namespace karkara
