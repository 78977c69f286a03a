// What is next to be done to one radio so that it becomes as configured, or why it cannot: from the settings and one
// look at the kernel, without memory. Refuses to touch interfaces that are not configured, daemons that another
// started, and what rests to save the battery. Called by WifiFeature after each look.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/facts/wifi.h"
#include "agent/wifi/channel_plan.h"
#include "agent/wifi/country_choice.h"
#include "agent/wifi/recovery_memory.h"
#include "agent/wifi/wifi_settings.h"

namespace karkara {

struct WifiView {
  const WifiSettings& settings;
  const WifiSeen& seen;
  const CountryChoice& country;
  const std::set<std::string>& resting;         // interfaces that are off to save the battery, or soon will be
  const std::map<std::string, Duration>& mute;  // whose daemons answer nothing, and for how long
};

struct WifiVerdict {
  std::optional<WifiDeed> deed{};
  std::string trouble{};       // empty: none
  bool wants_channel = false;  // the air was surveyed as far as it goes: one may be chosen
  bool rests = false;
  bool silent = false;  // it may not send as it is configured
  std::optional<ChannelPlan> channel{};
  std::string phy{};  // empty: the router has no such radio now
};

// chosen: the channel of a radio that is configured with a list. seen: nullptr: the router has no such radio now.
[[nodiscard]] WifiVerdict judge_radio(const WifiRadioSettings& radio, const WifiRadioSeen* seen,
                                      std::optional<std::uint32_t> chosen, const WifiView& view);

// One for each interface that carries a mark and is no longer configured.
[[nodiscard]] std::vector<WifiDeed> clear_away(const WifiView& view);

// place: where the radio of this name was before; it counts more than the name.
[[nodiscard]] const WifiRadioSeen* find_wifi(const std::string& phy, const WifiPlace& place,
                                             const std::vector<WifiRadioSeen>& radios);
// Those on which something is set up: the mesh's, batman-adv's, and the first access point's, whose daemon has the
// others.
[[nodiscard]] std::vector<std::string> marked_interfaces(const WifiRadioSettings& radio);
// "village0 made", "mesh0 joins karkara on channel 6"
[[nodiscard]] std::string to_text(const WifiDeed& deed);
// Whose interface it is about; empty: the router's.
[[nodiscard]] std::string interface_of(const WifiDeed& deed);

}  // namespace karkara
