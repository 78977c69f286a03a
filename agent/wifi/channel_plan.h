// Channels of 2.4 and 5 GHz as IEEE 802.11 numbers them (17.3.8.4, 19.3.15, annex E), and whether one may be used on a
// radio under the rules in force. Refuses to know countries: the kernel's flags say what their rules left. Called by
// the configuration's checks and by WifiPlan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/wifi.h"

namespace karkara {

struct ChannelPlan {
  std::uint32_t channel = 0;
  std::uint32_t frequency = 0;  // MHz, of the control channel
  std::uint32_t width = 20;
  std::uint32_t center = 0;  // MHz, of the whole width
  int second = 0;            // where the second 20 MHz are: +1 above, -1 below, 0 none
  [[nodiscard]] bool is_5ghz() const { return frequency >= 5'000; }
  [[nodiscard]] std::uint32_t center_channel() const { return (center - (is_5ghz() ? 5'000 : 2'407)) / 5; }
  friend bool operator==(const ChannelPlan&, const ChannelPlan&) = default;
};

// Nothing: there is no such channel, or no such width on it.
[[nodiscard]] std::optional<ChannelPlan> plan_channel(std::uint32_t channel, std::uint32_t width);
// The 20 MHz channels that it is made of, from the lowest: MHz of their middle.
[[nodiscard]] std::vector<std::uint32_t> parts_of(const ChannelPlan& plan);
// Why it cannot be configured; empty: it can.
[[nodiscard]] std::string channel_trouble(std::uint32_t channel, std::uint32_t width);
// Everywhere on which radar has the right of way (U-NII-2): a mesh, which cannot look for it, keeps away.
[[nodiscard]] bool is_radar_channel(std::uint32_t channel);

// Why the radio may not send there; empty: it may. rules: whose they are, for people; known: not the world's.
struct AirRules {
  std::string rules;
  bool known = false;
};
[[nodiscard]] std::string channel_refusal(const ChannelPlan& plan, const WifiRadioSeen& radio, const AirRules& rules,
                                          bool mesh);

// The quietest that may be used, by how busy all of its width was, and by the networks heard there; nothing: none may.
[[nodiscard]] std::optional<std::uint32_t> quietest_channel(const std::vector<std::uint32_t>& channels,
                                                            std::uint32_t width, const WifiRadioSeen& radio,
                                                            const AirRules& rules);

}  // namespace karkara
