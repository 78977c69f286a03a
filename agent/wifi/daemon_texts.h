// The configurations of hostapd and wpa_supplicant for one radio, as text. Refuses nothing: what could break a line was
// refused by the configuration's checks, and names travel as hexadecimal digits. Called by WifiPlan.
#pragma once

#include <string>

#include "agent/wifi/channel_plan.h"
#include "agent/wifi/wifi_settings.h"

namespace karkara {

inline constexpr const char* kHostapdFolder = "/var/run/hostapd";  // where its clients look, agent/io/hostapd.h too
inline constexpr const char* kSupplicantFolder = "/var/run/wpa_supplicant";

// Of a radio with at least one access point. country: empty under the world's rules.
[[nodiscard]] std::string hostapd_text(const WifiRadioSettings& radio, const ChannelPlan& channel,
                                       const std::string& country);
// Of a mesh with a passphrase.
[[nodiscard]] std::string supplicant_text(const MeshPointSettings& mesh, const ChannelPlan& channel);

}  // namespace karkara
