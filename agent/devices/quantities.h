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

// A router's own modem.
inline constexpr std::string_view kRsrp = "lte-rsrp";  // dBm
inline constexpr std::string_view kRsrq = "lte-rsrq";  // dB
inline constexpr std::string_view kSinr = "lte-sinr";  // dB
inline constexpr std::string_view kCqi = "lte-cqi";    // 1 to 15, of the way down

// Power. Currents into the battery are positive; the charger's and the load's are never negative.
inline constexpr std::string_view kBatteryVoltage = "battery-volts";        // V
inline constexpr std::string_view kBatteryCurrent = "battery-amperes";      // A, of a shunt or a BMS
inline constexpr std::string_view kChargeCurrent = "charge-amperes";        // A, out of a charger
inline constexpr std::string_view kLoadCurrent = "load-amperes";            // A
inline constexpr std::string_view kLoadPower = "load-watts";                // W
inline constexpr std::string_view kPanelVoltage = "panel-volts";            // V
inline constexpr std::string_view kPanelPower = "panel-watts";              // W
inline constexpr std::string_view kStateOfCharge = "state-of-charge";       // %, of a BMS or a shunt that counts
inline constexpr std::string_view kGuessedCharge = "guessed-charge";        // %, of a charger that sees only a voltage
inline constexpr std::string_view kBatteryCapacity = "battery-capacity";    // Ah, when full
inline constexpr std::string_view kBatteryRemaining = "battery-remaining";  // Ah
inline constexpr std::string_view kBatteryHealth = "battery-health";        // %
inline constexpr std::string_view kBatteryAlarms = "alarms";                // of a BMS, 0: none
inline constexpr std::string_view kBatteryTemperature = "battery-temperature";  // degrees Celsius
inline constexpr std::string_view kChargeState =
    "charge-state";  // 0 off, 2 fault, 3 bulk, 4 absorption, 5 float, 7 equalise
inline constexpr std::string_view kChargerError = "charger-error";  // the device's own number, 0: none
inline constexpr std::string_view kYieldToday = "yield-today";      // kWh
inline constexpr std::string_view kYieldTotal = "yield-total";      // kWh

// Anything.
inline constexpr std::string_view kTemperature = "temperature";     // degrees Celsius
inline constexpr std::string_view kSupplyVoltage = "supply-volts";  // V

}  // namespace karkara::quantity
