#include "agent/devices/raw_value.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "agent/devices/number_text.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

double taken_as(std::uint32_t bits, RawSign sign, bool sent_signed) {
  const bool is_signed = sign == RawSign::Signed32 || (sign == RawSign::AsSent && sent_signed);
  return is_signed ? static_cast<double>(static_cast<std::int32_t>(bits)) : static_cast<double>(bits);
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

RawValue raw_value(const SnmpValue& value, RawSign sign) {
  return std::visit(
      Overloaded{
          [&](std::int32_t v) -> RawValue { return taken_as(static_cast<std::uint32_t>(v), sign, true); },
          [&](const SnmpGauge32& v) -> RawValue { return taken_as(v.value, sign, false); },
          [&](const SnmpCounter32& v) -> RawValue { return taken_as(v.value, sign, false); },
          [](const SnmpCounter64& v) -> RawValue { return static_cast<double>(v.value); },
          [](const SnmpTimeTicks& v) -> RawValue { return static_cast<double>(v.hundredths); },
          [](const SnmpOctets& v) -> RawValue { return trimmed(v.bytes); },
          [](const ObjectId&) -> RawValue { return Absent::BadFrame; },
          [](double v) -> RawValue { return std::isfinite(v) ? RawValue{v} : RawValue{Absent::NotAvailable}; },
          [](const SnmpNull&) -> RawValue { return Absent::NotAvailable; },
          [](const SnmpOther&) -> RawValue { return Absent::BadFrame; },
          [](SnmpException) -> RawValue { return Absent::NoSuchObject; },
      },
      value);
}

double bits_number(std::string_view octets, const BitRange& range) {
  constexpr unsigned kBitsOfOctet = 8;
  double number = 0;
  for (unsigned bit = range.to + 1; bit-- > range.from;) {
    const std::size_t at = bit / kBitsOfOctet;
    const unsigned mask = 0x80U >> (bit % kBitsOfOctet);
    const bool is_set = at < octets.size() && (static_cast<unsigned char>(octets[at]) & mask) != 0;
    number = 2 * number + (is_set ? 1 : 0);
  }
  return number;
}

double bits_number(std::uint32_t bits, const BitRange& range) {
  constexpr unsigned kWidth = 32;
  double number = 0;
  for (unsigned bit = range.to + 1; bit-- > range.from;) {
    number = 2 * number + (bit < kWidth && (bits >> bit & 1U) != 0 ? 1 : 0);
  }
  return number;
}

Value read_text(const QuantityRow& row, std::string_view text) {
  for (const DeviceWord& word : row.words) {
    if (same_ignoring_case(word.word, text)) {
      return word.number;
    }
  }
  const auto is_text = [&](const std::string& word) { return same_ignoring_case(word, text); };
  if (text.empty() || std::ranges::any_of(row.absent_words, is_text)) {
    return Absent::NotAvailable;
  }
  if (const auto number = number_in(text)) {
    return *number;
  }
  return same_ignoring_case(text, "nan") || same_ignoring_case(text, "n/a") ? Absent::NotAvailable : Absent::BadFrame;
}

}  // namespace karkara
