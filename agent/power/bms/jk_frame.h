// Frames of JK's serial protocol: 4E 57, length, terminal number, command, source, kind, fields, 68, sum. Refuses a
// frame whose length, end or sum is wrong and looks for the next start behind the wrong one's. Sources: JK, "BMS RS485
// communication protocol", and recorded answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace karkara::jk {

struct Frame {
  std::uint32_t terminal = 0;
  std::uint8_t command = 0;
  std::uint8_t source = 0;
  std::uint8_t kind = 0;
  std::vector<std::byte> fields{};
  friend bool operator==(const Frame&, const Frame&) = default;
};

inline constexpr std::uint8_t kReadAll = 0x06;
inline constexpr std::uint8_t kFromBms = 0x00;
inline constexpr std::uint8_t kFromComputer = 0x03;
inline constexpr std::uint8_t kIsRequest = 0x00;
inline constexpr std::uint8_t kIsAnswer = 0x01;

[[nodiscard]] std::vector<std::byte> encode(const Frame& frame);
[[nodiscard]] std::vector<std::byte> encode_request();

class FrameReader {
 public:
  // Takes bytes from the front until a frame is whole and verified; none: all bytes are taken.
  [[nodiscard]] std::optional<Frame> next(std::span<const std::byte>& bytes);
  void reset() { held_.clear(); }
  [[nodiscard]] std::uint64_t bad_frames() const { return bad_frames_; }

 private:
  [[nodiscard]] std::optional<Frame> look();

  std::vector<std::byte> held_{};  // begins like a frame, or is empty
  std::uint64_t bad_frames_ = 0;
};

}  // namespace karkara::jk
