#include "agent/power/vedirect/hex_frame.h"

#include "agent/power/vedirect/ascii.h"

namespace karkara::vedirect {
namespace {

// Command, all bytes and the check byte add up to this.
constexpr std::uint8_t kHexSum = 0x55;

std::uint16_t u16_at(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[at]) | std::to_integer<unsigned>(bytes[at + 1])
                                                                               << 8U);
}

std::optional<std::uint16_t> u16_of(const HexFrame& frame, HexResponse wanted) {
  if (frame.command() != static_cast<std::uint8_t>(wanted) || frame.payload().size() < 2) {
    return std::nullopt;
  }
  return u16_at(frame.payload(), 0);
}

std::byte digit(unsigned value) {
  return static_cast<std::byte>("0123456789ABCDEF"[value & 0xFU]);
}

void append_byte(std::vector<std::byte>& text, std::uint8_t byte) {
  text.push_back(digit(byte >> 4U));
  text.push_back(digit(byte));
}

std::vector<std::byte> id_and_flags(std::uint16_t id) {
  return {static_cast<std::byte>(id & 0xFFU), static_cast<std::byte>(id >> 8U), std::byte{0}};
}

}  // namespace

void HexReader::start() {
  frame_ = HexFrame{};
  characters_ = digits_ = high_ = sum_ = 0;
}

HexReader::Outcome HexReader::take(char c) {
  if (c == '\n') {
    return finish();
  }
  if (++characters_ > kMostHexCharacters) {
    return Outcome::Broken;
  }
  if (c == '\r') {
    return Outcome::More;
  }
  const std::optional<unsigned> value = hex_digit(c);
  if (!value) {
    return Outcome::Broken;
  }
  ++digits_;
  if (digits_ == 1) {
    frame_.command_ = sum_ = static_cast<std::uint8_t>(*value);
  } else if (digits_ % 2 == 0) {
    high_ = static_cast<std::uint8_t>(*value << 4U);
  } else {
    const auto byte = static_cast<std::uint8_t>(high_ | *value);
    sum_ = static_cast<std::uint8_t>(sum_ + byte);
    frame_.bytes_[frame_.size_++] = static_cast<std::byte>(byte);
  }
  return Outcome::More;
}

HexReader::Outcome HexReader::finish() {
  if (digits_ < 3 || digits_ % 2 == 0 || sum_ != kHexSum) {
    return Outcome::Broken;
  }
  --frame_.size_;  // the check byte is not payload
  return Outcome::Whole;
}

std::optional<RegisterAnswer> register_answer(const HexFrame& frame) {
  const auto response = static_cast<HexResponse>(frame.command());
  const bool tells = response == HexResponse::Get || response == HexResponse::Set || response == HexResponse::Async;
  const std::span<const std::byte> payload = frame.payload();
  if (!tells || payload.size() < 3) {
    return std::nullopt;
  }
  const bool is_a_question = response == HexResponse::Get && payload.size() == 3 && payload[2] == std::byte{0};
  if (is_a_question) {
    return std::nullopt;  // our own, which a shorted line sent back
  }
  return RegisterAnswer{response, u16_at(payload, 0), std::to_integer<std::uint8_t>(payload[2]), payload.subspan(3)};
}

std::optional<std::uint16_t> product_id(const HexFrame& frame) {
  return u16_of(frame, HexResponse::Done);
}

std::optional<std::uint16_t> ping_version(const HexFrame& frame) {
  return u16_of(frame, HexResponse::Ping);
}

std::vector<std::byte> encode_request(HexRequest request, std::span<const std::byte> payload) {
  const auto command = static_cast<std::uint8_t>(request);
  std::vector<std::byte> text{std::byte{':'}, digit(command)};
  std::uint8_t sum = command;
  for (const std::byte byte : payload) {
    append_byte(text, std::to_integer<std::uint8_t>(byte));
    sum = static_cast<std::uint8_t>(sum + std::to_integer<unsigned>(byte));
  }
  append_byte(text, static_cast<std::uint8_t>(kHexSum - sum));
  text.push_back(std::byte{'\n'});
  return text;
}

std::vector<std::byte> encode_get(std::uint16_t id) {
  return encode_request(HexRequest::Get, id_and_flags(id));
}

std::vector<std::byte> encode_set(std::uint16_t id, std::span<const std::byte> value) {
  std::vector<std::byte> payload = id_and_flags(id);
  payload.insert(payload.end(), value.begin(), value.end());
  return encode_request(HexRequest::Set, payload);
}

}  // namespace karkara::vedirect
