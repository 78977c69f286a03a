// Frames of Pylontech's RS-485 protocol: "~" VER ADR CID1 CID2 LENGTH INFO CHKSUM "\r", all hexadecimal digits. Refuses
// what does not fit both check sums, the length and the battery's CID1, and starts again at the next "~". Sources:
// Pylontech, "RS485-protocol-pylon-low-voltage-V3.3", and recorded answers of five stacks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace karkara::pylontech {

enum class Command : std::uint8_t { Analog = 0x42, Alarms = 0x44, Product = 0x51, Limits = 0x92, Serial = 0x93 };

// What an answer has in the place of the command.
inline constexpr std::uint8_t kNormal = 0x00;
// The battery's own reasons not to answer; other codes are no answers (an echoed request has its command there).
[[nodiscard]] bool is_refusal(std::uint8_t code);

struct Frame {
  std::uint8_t address = 0;
  std::uint8_t code = 0;  // the command, or kNormal, or a refusal
  std::vector<std::byte> content{};
  friend bool operator==(const Frame&, const Frame&) = default;
};

[[nodiscard]] std::vector<std::byte> encode(const Frame& frame);
// Most commands name the pack once more in their content.
[[nodiscard]] std::vector<std::byte> encode_request(std::uint8_t address, Command command);

class FrameReader {
 public:
  // Takes bytes from the front until a frame is whole and verified; none: all bytes are taken.
  [[nodiscard]] std::optional<Frame> next(std::span<const std::byte>& bytes);
  void reset() { inside_ = false; }
  [[nodiscard]] std::uint64_t bad_frames() const { return bad_frames_; }

 private:
  std::optional<Frame> take(char c);

  std::string text_{};
  bool inside_ = false;
  std::uint64_t bad_frames_ = 0;
};

}  // namespace karkara::pylontech
