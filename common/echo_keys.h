// The keys of the authenticated echo: each site shares one with the anchors, derived from a master key that only the
// anchors and the controller hold. Refuses files and random numbers; key text is never repeated in an error.
// Called by whoever loads a key file, by enrolment (which derives the site's key), and by common/echo.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara {

// What one site shares with the anchors.
struct EchoKey {
  std::array<std::byte, 32> bytes{};
  static Result<EchoKey> from_hex(std::string_view hex);  // 64 digits
  [[nodiscard]] std::string hex() const;
  friend bool operator==(const EchoKey&, const EchoKey&) = default;
};

// What the anchors and the controller share; every site key of its generation follows from it.
struct EchoMasterKey {
  std::uint8_t generation = 1;
  std::array<std::byte, 32> bytes{};
  [[nodiscard]] EchoKey site_key(std::uint32_t key_id) const;
  friend bool operator==(const EchoMasterKey&, const EchoMasterKey&) = default;
};

// The master keys in force, by generation: more than one while a fleet moves from an old key to a new one.
class EchoMasterKeys {
 public:
  // The text of a key file: one key a line, "HEX" (generation 1) or "GENERATION HEX" (1..255); '#' starts a comment.
  // InvalidArgument with the line's number, also for a generation given twice or a file without a key.
  static Result<EchoMasterKeys> parse(std::string_view text);

  [[nodiscard]] const EchoMasterKey* find(std::uint8_t generation) const;  // nullptr: not in force
  [[nodiscard]] const EchoMasterKey& newest() const { return by_generation_.rbegin()->second; }

 private:
  EchoMasterKeys() = default;
  std::map<std::uint8_t, EchoMasterKey> by_generation_;  // never empty
};

}  // namespace karkara
