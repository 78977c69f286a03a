// Frames of Daly's UART protocol: A5, who speaks, command, 08, eight bytes, their sum. Refuses frames whose sum is
// wrong, and looks for the next A5 behind the wrong one's: noise before a frame shifts nothing. Sources: Daly,
// "UART/485 communications protocol V1.2", and recorded answers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace karkara::daly {

enum class Command : std::uint8_t {
  Rated = 0x50,
  Pack = 0x90,
  CellExtremes = 0x91,
  Temperatures = 0x92,
  Switches = 0x93,
  Status = 0x94,
  Cells = 0x95,
  Faults = 0x98,
};

inline constexpr std::uint8_t kAsker = 0x40;  // whoever is no BMS
inline constexpr std::uint8_t kBms = 0x01;

using Content = std::array<std::byte, 8>;

struct Frame {
  std::uint8_t speaker = 0;
  std::uint8_t command = 0;
  Content content{};
  friend bool operator==(const Frame&, const Frame&) = default;
};

[[nodiscard]] std::vector<std::byte> encode(const Frame& frame);
[[nodiscard]] std::vector<std::byte> encode_request(Command command);

class FrameReader {
 public:
  // Takes bytes from the front until a frame is whole and verified; none: all bytes are taken.
  [[nodiscard]] std::optional<Frame> next(std::span<const std::byte>& bytes);
  void reset() { size_ = 0; }
  [[nodiscard]] std::uint64_t bad_frames() const { return bad_frames_; }

 private:
  static constexpr std::size_t kFrameBytes = 13;
  [[nodiscard]] std::optional<Frame> verified() const;
  void drop_to_next_start();

  std::array<std::byte, kFrameBytes> held_{};  // begins with a start byte, or is empty
  std::size_t size_ = 0;
  std::uint64_t bad_frames_ = 0;
};

}  // namespace karkara::daly
