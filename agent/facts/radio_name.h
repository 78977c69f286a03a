// How a configuration names a radio: by the kernel's name ("phy0"), by its address, or by its place on the bus below
// /sys/devices. Refuses to know which radios there are. Called by who looks for one, and by the configuration's checks.
#pragma once

#include <string>
#include <string_view>

namespace karkara {

// The same for all ways to write the same: "02:00:00:AA:BB:CC" in lower case, "/sys/devices/platform/a.wifi/" as
// "platform/a.wifi", also with "/ieee80211/phy0" behind it.
[[nodiscard]] std::string plain_radio_name(std::string_view name);

}  // namespace karkara
