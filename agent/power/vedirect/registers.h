// What the registers of VE.Direct's HEX protocol mean: size, sign, scale, and the number that stands for "not
// available". Refuses to guess any of these from the bytes. Source: Victron, "BlueSolar HEX protocol" and "BMV-7xx HEX
// protocol".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/power/vedirect/hex_frame.h"
#include "common/reading.h"

namespace karkara::vedirect {

enum class RegisterForm : unsigned char { U8, U16, U32, S16, S32, Text };

struct RegisterRule {
  std::uint16_t id;
  RegisterForm form;
  bool has_sentinel;  // the highest positive number of the form means "not available"
  std::string_view name;
  std::string_view unit;  // of the value: SI, "" for a plain number or ratio
  double times;           // value = number * times / over + plus
  double over;
  double plus;
};

[[nodiscard]] const RegisterRule* find_register(std::uint16_t id);  // nullptr when we do not know it

// Flags become reasons: unknown id -> NoSuchObject, unsupported -> NotImplemented, any other -> NotAvailable.
// A value that has not the rule's size -> BadFrame. Text has no number: NotImplemented.
[[nodiscard]] Value read_register(const RegisterRule& rule, const RegisterAnswer& answer);

// The text without the NULs behind it; none when the register has no text or holds other than printable ASCII.
[[nodiscard]] std::optional<std::string> read_text(const RegisterRule& rule, const RegisterAnswer& answer);

}  // namespace karkara::vedirect
