// One VE.Direct text block that has been verified: labels and values as the device sent them, in fixed memory.
// Refuses to know what a label means: text_fields.h does. The decoder fills it; the power feature and the lab read it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "agent/power/vedirect/ascii.h"

namespace karkara::vedirect {

template <std::size_t Capacity>
class ShortText {
 public:
  [[nodiscard]] std::string_view view() const { return {chars_.data(), size_}; }
  // False, and nothing added, when it is full.
  bool append(char c) {
    if (size_ == Capacity) {
      return false;
    }
    chars_[size_++] = c;
    return true;
  }
  void clear() { size_ = 0; }

 private:
  std::array<char, Capacity> chars_{};
  std::uint8_t size_ = 0;
};

// The sizes are those of VE.Direct-Protocol 3.29, "implementation guidelines", which count a closing NUL; it promises
// 22 fields, newer firmware sends more.
inline constexpr std::size_t kMostLabel = 9;
inline constexpr std::size_t kMostValue = 33;
inline constexpr std::size_t kMostFields = 32;

struct TextField {
  ShortText<kMostLabel> label;
  ShortText<kMostValue> value;
};

class TextBlock {
 public:
  [[nodiscard]] std::span<const TextField> fields() const { return {fields_.data(), size_}; }
  // Labels are compared without regard to case; none when the block does not have it.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view label) const {
    for (const TextField& field : fields()) {
      if (same_ignoring_case(field.label.view(), label)) {
        return field.value.view();
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] std::uint8_t checksum() const { return checksum_; }  // the byte after "Checksum\t"
  [[nodiscard]] std::size_t skipped() const { return skipped_; }     // fields too long to hold: left out

  void clear() { size_ = 0, skipped_ = 0, checksum_ = 0; }
  // False, and nothing added, when all kMostFields are taken.
  bool add(const TextField& field) {
    if (is_full()) {
      return false;
    }
    fields_[size_++] = field;
    return true;
  }
  bool skip_one() {
    if (is_full()) {
      return false;
    }
    ++skipped_;
    return true;
  }
  void set_checksum(std::uint8_t byte) { checksum_ = byte; }
  [[nodiscard]] bool is_empty() const { return size_ == 0 && skipped_ == 0; }
  [[nodiscard]] bool has_duplicates() const;

 private:
  [[nodiscard]] bool is_full() const { return size_ + skipped_ >= kMostFields; }

  std::array<TextField, kMostFields> fields_{};
  std::size_t size_ = 0;
  std::size_t skipped_ = 0;
  std::uint8_t checksum_ = 0;
};

inline bool TextBlock::has_duplicates() const {
  for (std::size_t i = 1; i < size_; ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (same_ignoring_case(fields_[i].label.view(), fields_[k].label.view())) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace karkara::vedirect
