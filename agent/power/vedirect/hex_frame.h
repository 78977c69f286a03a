// VE.Direct HEX frames: what a verified one holds, and how a request is written. Refuses to know registers:
// registers.h does. Source: Victron, "BMV-7xx HEX protocol" and "BlueSolar HEX protocol".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace karkara::vedirect {

// The longest frame that is accepted, in characters between ':' and '\n'.
inline constexpr std::size_t kMostHexCharacters = 100;

// What we may ask.
enum class HexRequest : std::uint8_t { Ping = 1, Version = 3, Product = 4, Restart = 6, Get = 7, Set = 8 };

// What a device says; the numbers overlap with the requests', the meanings do not.
enum class HexResponse : std::uint8_t { Done = 1, Unknown = 3, Error = 4, Ping = 5, Get = 7, Set = 8, Async = 0xA };

class HexFrame {
 public:
  [[nodiscard]] std::uint8_t command() const { return command_; }
  // Everything between the command and the check byte.
  [[nodiscard]] std::span<const std::byte> payload() const { return {bytes_.data(), size_}; }

 private:
  friend class HexReader;
  std::uint8_t command_ = 0;
  std::uint8_t size_ = 0;
  std::array<std::byte, kMostHexCharacters / 2> bytes_{};
};

// Gathers one frame character by character.
class HexReader {
 public:
  enum class Outcome : std::uint8_t { More, Whole, Broken };
  void start();          // ':' was seen
  Outcome take(char c);  // after Whole or Broken: start() before the next
  [[nodiscard]] const HexFrame& frame() const { return frame_; }

 private:
  [[nodiscard]] Outcome finish();
  HexFrame frame_;
  std::uint8_t characters_ = 0;
  std::uint8_t digits_ = 0;
  std::uint8_t high_ = 0;
  std::uint8_t sum_ = 0;
};

// The answer's flags; 0 is good. Several may be set.
inline constexpr std::uint8_t kUnknownId = 1;
inline constexpr std::uint8_t kUnsupported = 2;
inline constexpr std::uint8_t kParameterError = 4;  // also: a history slot that is empty

// A register as told by Get, Set or Async.
struct RegisterAnswer {
  HexResponse response{};
  std::uint16_t id = 0;
  std::uint8_t flags = 0;
  std::span<const std::byte> value;  // into the frame
};
// None when the frame is of another kind, too short, or the echo of a question: good, and without a value.
[[nodiscard]] std::optional<RegisterAnswer> register_answer(const HexFrame& frame);

// Done's product id and Ping's version: both two bytes. None when the frame is of another kind or too short.
[[nodiscard]] std::optional<std::uint16_t> product_id(const HexFrame& frame);
[[nodiscard]] std::optional<std::uint16_t> ping_version(const HexFrame& frame);  // 0x4161: application 1.61

// Requests, from ':' to '\n'. Writing to a charger's port is not harmless: its RX pin may be set up as an on/off
// switch.
[[nodiscard]] std::vector<std::byte> encode_request(HexRequest request, std::span<const std::byte> payload = {});
[[nodiscard]] std::vector<std::byte> encode_get(std::uint16_t id);
[[nodiscard]] std::vector<std::byte> encode_set(std::uint16_t id, std::span<const std::byte> value);

}  // namespace karkara::vedirect
