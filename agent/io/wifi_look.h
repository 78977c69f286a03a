// One look at what Wi-Fi there is to set up: radios with their channels and interfaces, the rules in force,
// batman-adv's meshes, the daemons that answer, the marks of earlier steps. Waits for the kernel: not for the loop's
// thread. Refuses to judge. Used by WifiWorker.
#pragma once

#include <map>
#include <vector>

#include "agent/facts/wifi.h"
#include "agent/io/wifi_kernel.h"

namespace karkara {

// air: what the last surveys heard, by number of the radio.
[[nodiscard]] WifiSeen look_at_wifi(WifiKernel& kernel, const LookAtWifi& what,
                                    const std::map<std::uint32_t, std::vector<WifiAirSeen>>& air);

}  // namespace karkara
