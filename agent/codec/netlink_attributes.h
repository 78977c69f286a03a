// The type-length-value attributes of one netlink message, read strictly out of plain bytes.
// Refuses to guess: a wrong length, a cut attribute and an attribute given twice are different errors, told once at the
// end. Called by the decoders of agent/codec; the layout is linux/netlink.h's struct nlattr.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>

#include "common/result.h"

namespace karkara {

class NetlinkAttributes {
 public:
  // Walks all of 'bytes'. Types above kHighestType are counted as unknown and skipped.
  explicit NetlinkAttributes(std::span<const std::byte> bytes);

  // Absent is nothing. A bad attribute is nothing too, and the first one is kept for status().
  std::optional<std::uint8_t> u8(unsigned type) { return number<std::uint8_t>(type); }
  std::optional<std::uint32_t> u32(unsigned type) { return number<std::uint32_t>(type); }
  // Printable text of 1..longest characters; the terminating NUL is required.
  std::optional<std::string> name(unsigned type, std::size_t longest);
  // Of any length from 'shortest' on: structures grow with newer kernels.
  std::optional<std::span<const std::byte>> bytes(unsigned type, std::size_t shortest);

  [[nodiscard]] bool has(unsigned type) const { return type <= kHighestType && present_[type]; }
  // True when there is a type that is not in the list.
  [[nodiscard]] bool has_other_than(std::initializer_list<unsigned> known) const;

  // InvalidArgument: wrong length or content. DataLoss: cut off. AlreadyExists: one that was asked for came twice.
  [[nodiscard]] Status status() const { return error_ ? Status{*error_} : Status{}; }

  static constexpr unsigned kHighestType = 127;

 private:
  std::optional<std::span<const std::byte>> single(unsigned type);
  void fail(ErrorCode code, std::string text);

  // The bytes are copied out: a message need not be aligned, and MIPS and old ARM care.
  template <class T>
  std::optional<T> number(unsigned type) {
    const auto content = single(type);
    if (!content) {
      return std::nullopt;
    }
    if (content->size() != sizeof(T)) {
      fail(ErrorCode::InvalidArgument, "wrong length of attribute " + std::to_string(type));
      return std::nullopt;
    }
    T value{};
    std::memcpy(&value, content->data(), sizeof(T));
    return value;
  }

  std::array<std::span<const std::byte>, kHighestType + 1> content_{};
  std::bitset<kHighestType + 1> present_;
  std::bitset<kHighestType + 1> twice_;
  bool unknown_ = false;
  std::optional<Error> error_;
};

}  // namespace karkara
