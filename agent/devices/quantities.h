// The names of quantities that the agent itself draws conclusions from; a table may name any others, which are only
// measured. Where a name with '_' for '-' is that of a telemetry series, its values go there.
#pragma once

#include <string_view>

namespace karkara::quantity {

// A satellite terminal.
inline constexpr std::string_view kEsN0 = "es-n0";                    // dB
inline constexpr std::string_view kCarrierToNoise = "carrier-noise";  // dB; instead of Es/N0 where there is none
inline constexpr std::string_view kLinkMargin = "link-margin";        // dB above the loss of lock
inline constexpr std::string_view kReceiveLevel = "rx-level";         // dBm
inline constexpr std::string_view kTransmitLevel = "tx-level";        // dBm
inline constexpr std::string_view kModcod = "modcod";                 // a number with its word
inline constexpr std::string_view kReceiveLocked = "rx-locked";       // 1 or 0
inline constexpr std::string_view kNetworkJoined = "network-joined";  // 1 or 0

// Anything.
inline constexpr std::string_view kTemperature = "temperature";     // degrees Celsius
inline constexpr std::string_view kSupplyVoltage = "supply-volts";  // V

}  // namespace karkara::quantity
