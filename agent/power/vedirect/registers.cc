#include "agent/power/vedirect/registers.h"

#include <algorithm>
#include <limits>

#include "agent/power/vedirect/ascii.h"

namespace karkara::vedirect {
namespace {

using enum RegisterForm;

constexpr double kFromKelvin = -273.15;

// Ordered by id. Enumerations and bit sets whose all-ones is a real value have no sentinel.
constexpr RegisterRule kRules[] = {
    {0x0100, U32, false, "product id", "", 1, 1, 0},  // the product is bits 8 to 23
    {0x0104, U8, true, "group id", "", 1, 1, 0},
    {0x010A, Text, false, "serial number", "", 1, 1, 0},
    {0x010B, Text, false, "model name", "", 1, 1, 0},
    {0x0120, U32, true, "uptime", "s", 1, 1, 0},
    {0x0200, U8, true, "device mode", "", 1, 1, 0},
    {0x0201, U8, true, "device state", "", 1, 1, 0},
    {0x0207, U32, false, "off reason", "", 1, 1, 0},
    {0x0300, S32, true, "deepest discharge", "Ah", 1, 10, 0},
    {0x0301, S32, true, "last discharge", "Ah", 1, 10, 0},
    {0x0302, S32, true, "average discharge", "Ah", 1, 10, 0},
    {0x0303, U32, true, "charge cycles", "", 1, 1, 0},
    {0x0304, U32, true, "full discharges", "", 1, 1, 0},
    {0x0305, S32, true, "cumulative discharge", "Ah", 1, 10, 0},
    {0x0306, S32, true, "minimum battery voltage", "V", 1, 100, 0},
    {0x0307, S32, true, "maximum battery voltage", "V", 1, 100, 0},
    {0x0308, U32, true, "time since full charge", "s", 1, 1, 0},
    {0x0309, U32, true, "automatic synchronisations", "", 1, 1, 0},
    {0x030A, U32, true, "low voltage alarms", "", 1, 1, 0},
    {0x030B, U32, true, "high voltage alarms", "", 1, 1, 0},
    {0x030E, S32, true, "minimum starter voltage", "V", 1, 100, 0},
    {0x030F, S32, true, "maximum starter voltage", "V", 1, 100, 0},
    {0x0310, U32, true, "discharged energy", "kWh", 1, 100, 0},
    {0x0311, U32, true, "charged energy", "kWh", 1, 100, 0},
    {0x0382, U16, true, "mid-point voltage", "V", 1, 100, 0},
    {0x0383, S16, true, "mid-point deviation", "", 1, 1000, 0},
    {0x0FFE, U16, true, "time to go", "s", 60, 1, 0},
    {0x0FFF, U16, true, "state of charge", "", 1, 10'000, 0},
    {0xED2E, U16, true, "re-bulk voltage offset", "V", 1, 100, 0},
    {0xED7D, S16, true, "starter voltage", "V", 1, 100, 0},
    {0xED8C, S32, true, "battery current", "A", 1, 1000, 0},
    {0xED8D, S16, true, "battery voltage", "V", 1, 100, 0},
    {0xED8E, S16, true, "battery power", "W", 1, 1, 0},
    {0xEDB3, U8, true, "tracker mode", "", 1, 1, 0},
    {0xEDB8, U16, true, "maximum panel voltage", "V", 1, 100, 0},
    {0xEDBB, U16, true, "panel voltage", "V", 1, 100, 0},
    {0xEDBC, U32, true, "panel power", "W", 1, 100, 0},
    {0xEDBD, U16, true, "panel current", "A", 1, 10, 0},
    {0xEDD0, U16, true, "maximum power yesterday", "W", 1, 1, 0},
    {0xEDD1, U16, true, "yield yesterday", "kWh", 1, 100, 0},
    {0xEDD2, U16, true, "maximum power today", "W", 1, 1, 0},
    {0xEDD3, U16, true, "yield today", "kWh", 1, 100, 0},
    {0xEDD5, U16, true, "charger voltage", "V", 1, 100, 0},
    {0xEDD7, U16, true, "charger current", "A", 1, 10, 0},
    {0xEDDA, U8, true, "charger error", "", 1, 1, 0},
    {0xEDDB, S16, true, "charger temperature", "°C", 1, 100, 0},
    {0xEDDC, U32, true, "user yield", "kWh", 1, 100, 0},
    {0xEDDD, U32, true, "system yield", "kWh", 1, 100, 0},
    {0xEDDF, U16, true, "charger maximum current", "A", 1, 10, 0},
    {0xEDE0, S16, true, "low temperature level", "°C", 1, 100, 0},
    {0xEDE3, U16, true, "equalisation duration", "s", 36, 1, 0},
    {0xEDE4, U8, true, "equalisation current level", "", 1, 100, 0},
    {0xEDE5, U8, true, "equalisation auto stop", "", 1, 1, 0},
    {0xEDE6, U16, true, "low temperature current", "A", 1, 10, 0},
    {0xEDE7, U16, true, "tail current", "A", 1, 10, 0},
    {0xEDE8, U8, true, "bms present", "", 1, 1, 0},
    {0xEDEA, U8, true, "battery voltage setting", "V", 1, 1, 0},
    {0xEDEC, U16, true, "battery temperature", "°C", 1, 100, kFromKelvin},
    {0xEDEF, U8, true, "system voltage", "V", 1, 1, 0},
    {0xEDF0, U16, true, "battery maximum current", "A", 1, 10, 0},
    {0xEDF1, U8, false, "battery type", "", 1, 1, 0},  // 0xFF: set by the user
    {0xEDF2, S16, true, "temperature compensation", "V/K", 1, 100'000, 0},
    {0xEDF4, U16, true, "equalisation voltage", "V", 1, 100, 0},
    {0xEDF6, U16, true, "float voltage", "V", 1, 100, 0},
    {0xEDF7, U16, true, "absorption voltage", "V", 1, 100, 0},
    {0xEDFB, U16, true, "absorption time limit", "s", 36, 1, 0},
    {0xEDFD, U8, true, "automatic equalisation mode", "", 1, 1, 0},
    {0xEDFE, U8, true, "adaptive mode", "", 1, 1, 0},
    {0xEEB6, U8, true, "synchronised", "", 1, 1, 0},
    {0xEEFF, S32, true, "consumed charge", "Ah", 1, 10, 0},
};

struct Shape {
  std::size_t size;
  bool is_signed;
};

constexpr Shape shape_of(RegisterForm form) {
  switch (form) {
    case U8: return {1, false};
    case U16: return {2, false};
    case U32: return {4, false};
    case S16: return {2, true};
    case S32: return {4, true};
    case Text: return {0, false};
  }
  return {0, false};
}

constexpr std::int64_t highest(Shape shape) {
  return (std::int64_t{1} << (8 * shape.size - (shape.is_signed ? 1 : 0))) - 1;
}

std::int64_t little_endian(std::span<const std::byte> bytes, bool is_signed) {
  std::int64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8 | std::to_integer<std::int64_t>(bytes[i]);
  }
  const std::int64_t limit = std::int64_t{1} << (8 * bytes.size());
  return is_signed && number >= limit / 2 ? number - limit : number;
}

std::optional<Absent> reason_of(std::uint8_t flags) {
  if ((flags & kUnknownId) != 0) {
    return Absent::NoSuchObject;
  }
  if ((flags & kUnsupported) != 0) {
    return Absent::NotImplemented;
  }
  if (flags != 0) {
    return Absent::NotAvailable;
  }
  return std::nullopt;
}

}  // namespace

const RegisterRule* find_register(std::uint16_t id) {
  const auto* rule = std::ranges::lower_bound(kRules, id, {}, &RegisterRule::id);
  return rule != std::end(kRules) && rule->id == id ? rule : nullptr;
}

Value read_register(const RegisterRule& rule, const RegisterAnswer& answer) {
  if (const std::optional<Absent> reason = reason_of(answer.flags)) {
    return *reason;
  }
  if (rule.form == Text) {
    return Absent::NotImplemented;
  }
  const Shape shape = shape_of(rule.form);
  if (answer.value.size() != shape.size) {
    return Absent::BadFrame;
  }
  const std::int64_t number = little_endian(answer.value, shape.is_signed);
  if (rule.has_sentinel && number == highest(shape)) {
    return Absent::NotAvailable;
  }
  return static_cast<double>(number) * rule.times / rule.over + rule.plus;
}

std::optional<std::string> read_text(const RegisterRule& rule, const RegisterAnswer& answer) {
  if (rule.form != Text || answer.flags != 0) {
    return std::nullopt;
  }
  std::string text;
  for (const std::byte byte : answer.value) {
    const char c = static_cast<char>(byte);
    if (c == '\0') {
      break;
    }
    if (!is_printable(c)) {
      return std::nullopt;
    }
    text.push_back(c);
  }
  return text;
}

}  // namespace karkara::vedirect
