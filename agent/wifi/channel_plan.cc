#include "agent/wifi/channel_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace karkara {
namespace {

constexpr std::uint32_t kLast24 = 13;  // 14 is Japan's, for 802.11b
constexpr std::uint32_t kPart = 20;    // MHz
constexpr std::uint32_t kWide = 40;
constexpr std::uint32_t kWidest = 80;

// Blocks of neighbouring channels that wider ones are made of.
struct Block {
  std::uint32_t first, last;
};
constexpr Block kBlocks[]{{36, 64}, {100, 144}, {149, 177}};

const Block* block_of(std::uint32_t channel) {
  for (const Block& block : kBlocks) {
    if (channel >= block.first && channel <= block.last && (channel - block.first) % 4 == 0) {
      return &block;
    }
  }
  return nullptr;
}

std::optional<ChannelPlan> plan_24(std::uint32_t channel, std::uint32_t width) {
  constexpr std::uint32_t kBase = 2'407;
  constexpr std::uint32_t kLastBelow = 7;  // from there on the second half lies below
  ChannelPlan plan{channel, kBase + 5 * channel, width};
  plan.center = plan.frequency;
  if (width == kWide) {
    plan.second = channel <= kLastBelow ? 1 : -1;
    plan.center = plan.second > 0 ? plan.frequency + 10 : plan.frequency - 10;
  }
  return width <= kWide ? std::optional{plan} : std::nullopt;
}

std::optional<ChannelPlan> plan_5(std::uint32_t channel, std::uint32_t width, const Block& block) {
  constexpr std::uint32_t kBase = 5'000;
  const std::uint32_t number = (channel - block.first) / 4;  // in the block
  ChannelPlan plan{channel, kBase + 5 * channel, width};
  plan.second = width == 20 ? 0 : number % 2 == 0 ? 1 : -1;
  const std::uint32_t parts = width / 20;
  const std::uint32_t first = channel - (number % parts) * 4;
  if (first + (parts - 1) * 4 > block.last) {
    return std::nullopt;
  }
  plan.center = kBase + 5 * first + 10 * (parts - 1);
  return plan;
}

const WifiChannelSeen* find_channel(const WifiRadioSeen& radio, std::uint32_t frequency) {
  const auto found = std::ranges::find(radio.channels, frequency, &WifiChannelSeen::frequency);
  return found == radio.channels.end() ? nullptr : &*found;
}

std::string width_refusal(const ChannelPlan& plan, const WifiChannelSeen& seen) {
  const bool narrow = (plan.second > 0 && seen.no_ht40_plus) || (plan.second < 0 && seen.no_ht40_minus) ||
                      (plan.width >= kWidest && seen.no_80mhz);
  return narrow ? fmt::format("{} MHz are not allowed", plan.width) : std::string{};
}

// Of 20 MHz, 0 to 1 and a little: what nothing is known of counts as with some traffic.
double business_at(std::uint32_t frequency, const WifiRadioSeen& radio) {
  constexpr double kUnknown = 0.2;
  constexpr double kQuiet = -95;  // dBm
  constexpr double kOfNoise = 0.01;
  const auto air = std::ranges::find(radio.air, frequency, &WifiAirSeen::frequency);
  if (air == radio.air.end()) {
    return kUnknown;
  }
  const bool counted = air->active && air->busy && *air->active > Duration{0};
  const double busy =
      counted
          ? std::clamp(static_cast<double>(air->busy->count()) / static_cast<double>(air->active->count()), 0.0, 1.0)
          : 0;
  return busy + (air->noise ? std::max(0.0, air->noise->value() - kQuiet) * kOfNoise : 0);
}

// Over the whole width: a frame goes out when all of it is free. A network lies in it with any part of its own 20 MHz.
double business_of(const ChannelPlan& plan, const WifiRadioSeen& radio) {
  constexpr double kOfNetwork = 0.08;
  double business = 0;
  for (const std::uint32_t part : parts_of(plan)) {
    business += business_at(part, radio);
  }
  for (const WifiAirSeen& air : radio.air) {
    const std::uint32_t apart = std::max(air.frequency, plan.center) - std::min(air.frequency, plan.center);
    business += apart < (plan.width + kPart) / 2 ? air.networks * kOfNetwork : 0;
  }
  return business;
}

}  // namespace

std::optional<ChannelPlan> plan_channel(std::uint32_t channel, std::uint32_t width) {
  if (width != 20 && width != kWide && width != kWidest) {
    return std::nullopt;
  }
  if (channel >= 1 && channel <= kLast24) {
    return plan_24(channel, width);
  }
  const Block* block = block_of(channel);
  return block != nullptr ? plan_5(channel, width, *block) : std::nullopt;
}

std::vector<std::uint32_t> parts_of(const ChannelPlan& plan) {
  std::vector<std::uint32_t> parts;
  for (std::uint32_t low = plan.center - plan.width / 2; parts.size() < plan.width / kPart; low += kPart) {
    parts.push_back(low + kPart / 2);
  }
  return parts;
}

std::string channel_trouble(std::uint32_t channel, std::uint32_t width) {
  if (!plan_channel(channel, 20)) {
    return fmt::format("there is no channel {}", channel);
  }
  return plan_channel(channel, width) ? std::string{} : fmt::format("channel {} cannot be {} MHz wide", channel, width);
}

bool is_radar_channel(std::uint32_t channel) {
  return (channel >= 52 && channel <= 64) || (channel >= 100 && channel <= 144);
}

std::string channel_refusal(const ChannelPlan& plan, const WifiRadioSeen& radio, const AirRules& rules, bool mesh) {
  if (plan.is_5ghz() && !rules.known) {
    return fmt::format("nothing is sent at 5 GHz under the rules of {}", rules.rules);
  }
  const WifiChannelSeen* seen = find_channel(radio, plan.frequency);
  if (seen == nullptr) {
    return fmt::format("the radio has no channel {}", plan.channel);
  }
  std::string why;
  if (seen->disabled) {
    why = "is not allowed";
  } else if (seen->no_initiating && !seen->radar) {
    why = "may only be used by who is asked to (no IR)";
  } else if (seen->radar && mesh) {
    why = "needs somebody who looks for radar, which a mesh has not";
  } else if (why = width_refusal(plan, *seen); why.empty()) {
    return {};
  }
  return fmt::format("channel {}: {}, by the rules of {}", plan.channel, why, rules.rules);
}

std::optional<std::uint32_t> quietest_channel(const std::vector<std::uint32_t>& channels, std::uint32_t width,
                                              const WifiRadioSeen& radio, const AirRules& rules) {
  std::optional<std::uint32_t> best;
  double least = std::numeric_limits<double>::max();
  for (const std::uint32_t channel : channels) {
    const auto plan = plan_channel(channel, width);
    if (!plan || is_radar_channel(channel) || !channel_refusal(*plan, radio, rules, true).empty()) {
      continue;
    }
    if (const double business = business_of(*plan, radio); business < least) {
      least = business;
      best = channel;
    }
  }
  return best;
}

}  // namespace karkara
