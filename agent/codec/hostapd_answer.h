// What hostapd answers on its control socket (hostapd's ctrl_iface.c), from bytes: whether it did what it was asked
// for, and whether its access point is on. Refuses to guess: an unknown state is none. Called by agent/io's Hostapd.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace karkara {

// "OK" with or without its line's end.
[[nodiscard]] bool is_hostapd_ok(std::string_view answer);

// The state of a STATUS answer: "ENABLED", "DISABLED", "DFS"; nothing where there is none, or no word.
[[nodiscard]] std::optional<std::string> hostapd_state(std::string_view answer);
// The same of wpa_supplicant, whose socket speaks alike: "COMPLETED", "DISCONNECTED".
[[nodiscard]] std::optional<std::string> supplicant_state(std::string_view answer);

// On, or on its way: it looks for a channel or for radar.
[[nodiscard]] bool is_hostapd_on(std::string_view state);

}  // namespace karkara
