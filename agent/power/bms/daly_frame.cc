#include "agent/power/bms/daly_frame.h"

#include <algorithm>

namespace karkara::daly {
namespace {

constexpr std::byte kStart{0xA5};
constexpr std::byte kContentBytes{8};
constexpr std::size_t kHeaderBytes = 4;

std::byte sum_of(std::span<const std::byte> bytes) {
  unsigned sum = 0;
  for (const std::byte byte : bytes) {
    sum += std::to_integer<unsigned>(byte);
  }
  return static_cast<std::byte>(sum);
}

}  // namespace

std::vector<std::byte> encode(const Frame& frame) {
  constexpr std::size_t kWhole = kHeaderBytes + std::tuple_size_v<decltype(Frame::content)> + 1;
  std::array<std::byte, kWhole> bytes{kStart, std::byte{frame.speaker}, std::byte{frame.command}, kContentBytes};
  std::copy(frame.content.begin(), frame.content.end(), bytes.begin() + kHeaderBytes);
  bytes.back() = sum_of(std::span{bytes}.first(kWhole - 1));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> encode_request(Command command) {
  return encode({kAsker, static_cast<std::uint8_t>(command), {}});
}

std::optional<Frame> FrameReader::next(std::span<const std::byte>& bytes) {
  while (!bytes.empty()) {
    held_[size_++] = bytes.front();
    bytes = bytes.subspan(1);
    if (held_.front() != kStart) {
      size_ = 0;
    }
    if (size_ < kFrameBytes) {
      continue;
    }
    if (const auto frame = verified()) {
      size_ = 0;
      return frame;
    }
    ++bad_frames_;
    drop_to_next_start();
  }
  return std::nullopt;
}

std::optional<Frame> FrameReader::verified() const {
  if (held_[3] != kContentBytes || held_.back() != sum_of(std::span{held_}.first(kFrameBytes - 1))) {
    return std::nullopt;
  }
  Frame frame{std::to_integer<std::uint8_t>(held_[1]), std::to_integer<std::uint8_t>(held_[2]), {}};
  std::copy_n(held_.begin() + kHeaderBytes, frame.content.size(), frame.content.begin());
  return frame;
}

void FrameReader::drop_to_next_start() {
  const auto start = std::find(held_.begin() + 1, held_.end(), kStart);
  const auto end = std::copy(start, held_.end(), held_.begin());
  size_ = static_cast<std::size_t>(end - held_.begin());
}

}  // namespace karkara::daly
