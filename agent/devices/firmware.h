// Firmware versions, compared as people do: 8.7.4 is before 8.10. Refuses to guess: a text in which no version is
// found has none. Used to choose between rows of a device table whose meaning changed with a firmware.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace karkara {

struct FirmwareVersion {
  std::vector<std::uint32_t> parts;
  // Missing parts count as zero: 8.7 equals 8.7.0.
  friend std::strong_ordering operator<=>(const FirmwareVersion& a, const FirmwareVersion& b);
  friend bool operator==(const FirmwareVersion& a, const FirmwareVersion& b) { return (a <=> b) == 0; }
};

// The first number behind `marker` with all that follows by dots: "WA.ar934x.v8.7.4.45112" behind ".v" is 8.7.4.45112.
// An empty marker means the first digit.
[[nodiscard]] std::optional<FirmwareVersion> version_in(std::string_view text, std::string_view marker);

struct FirmwareRange {
  std::optional<FirmwareVersion> from = {};   // and later
  std::optional<FirmwareVersion> below = {};  // and not this one
  // A version that is not known is in every range: which row holds then is told by what is plausible.
  [[nodiscard]] bool holds(const std::optional<FirmwareVersion>& version) const;
  friend bool operator==(const FirmwareRange&, const FirmwareRange&) = default;
};

}  // namespace karkara
