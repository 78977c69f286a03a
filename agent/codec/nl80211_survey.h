// How busy the channels are over nl80211 (enum nl80211_survey_info), one message for each channel that a radio knows
// of. Refuses to make shares of the times: they count up from an unknown moment, some drivers' since the last answer.
// Called by agent/io's wireless adapters.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/codec/nl80211_types.h"

namespace karkara::nl80211 {

// Times in milliseconds on the channel. What is left out the driver does not tell; most tell times of the channel in
// use only.
struct ChannelSurvey {
  std::uint32_t link = 0;           // interface index
  std::uint32_t frequency_mhz = 0;  // 0: the whole radio
  bool in_use = false;
  std::optional<std::int8_t> noise_dbm{};
  std::optional<std::uint64_t> time_ms{};
  std::optional<std::uint64_t> busy_ms{};            // anything but silence
  std::optional<std::uint64_t> extension_busy_ms{};  // of the second 20 MHz
  std::optional<std::uint64_t> receive_ms{};         // frames, of anybody
  std::optional<std::uint64_t> send_ms{};
  std::optional<std::uint64_t> own_receive_ms{};  // NL80211_SURVEY_INFO_TIME_BSS_RX: frames of our own network
  std::optional<std::uint64_t> scan_ms{};
  friend bool operator==(const ChannelSurvey&, const ChannelSurvey&) = default;
};

[[nodiscard]] NetlinkBytes encode_get_survey(std::uint16_t family, std::uint32_t link);
// Nothing for what is none. Errors: DataLoss, InvalidArgument for attributes that cannot be.
[[nodiscard]] Result<std::optional<ChannelSurvey>> decode_survey(const NetlinkMessage& message, std::uint16_t family);

}  // namespace karkara::nl80211
