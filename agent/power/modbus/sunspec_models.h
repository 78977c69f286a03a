// What the registers of one SunSpec model say: common 1, inverters 101-103 and 111-113, trackers 160, batteries 802 and
// 803, with scale factors from the same answer, for they change while a device runs. Refuses points that a device does
// not implement, and what is not plausible. Called by SunSpecDevice.
// Source: the model definitions of the SunSpec Alliance (github.com/sunspec/models), offsets from the model's id.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "agent/devices/count_book.h"
#include "agent/devices/readings.h"

namespace karkara {

inline constexpr std::uint16_t kSunSpecCommon = 1;
[[nodiscard]] bool is_sunspec_data(std::uint16_t model);  // add_sunspec_readings() knows it

struct SunSpecIdentity {
  std::string manufacturer{};
  std::string model{};
  std::string version{};
  std::string serial{};
  friend bool operator==(const SunSpecIdentity&, const SunSpecIdentity&) = default;
  [[nodiscard]] std::string shown() const;  // "Fronius Primo 8.2, 3.15, 29301000"
  [[nodiscard]] CountedDevice counted() const;
};

// `model` is all that was read of one, its id and length first. Nothing when it is too short.
[[nodiscard]] std::optional<SunSpecIdentity> sunspec_identity(std::span<const std::uint16_t> model);
// A quantity that is there already, with a value, stays.
void add_sunspec_readings(std::span<const std::uint16_t> model, QuantityReadings& all);

// The types of points, with what each sends when it is not implemented.
enum class SunSpecType : std::uint8_t {
  U16,    // FFFF
  S16,    // 8000
  Acc32,  // 0
  Float,  // NaN
  Enum,   // FFFF
};
// `at` has one register, or two for Acc32 and Float. The scale factor is an exponent of ten, 8000 when not implemented.
[[nodiscard]] Value sunspec_value(SunSpecType type, std::span<const std::uint16_t> at,
                                  std::optional<std::uint16_t> scale_factor);

}  // namespace karkara
