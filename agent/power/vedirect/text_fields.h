// What the labels of VE.Direct's text protocol mean: unit, scale, sentinel, plausible range. One row for each label.
// Refuses labels that carry no number (SER#, BMV, FW). Called by the power feature. Source: VE.Direct-Protocol 3.29.
#pragma once

#include <string_view>

#include "common/reading.h"

namespace karkara::vedirect {

enum class FieldForm : unsigned char {
  Number,    // decimal, signed
  TimeToGo,  // a Number whose -1 means "for ever": +infinity
  Switch,    // ON or OFF: 1 or 0
  Bits,      // 0x and hex digits
};

struct FieldRule {
  std::string_view label;
  FieldForm form;
  std::string_view unit;  // of the value: SI, "" for a plain number or ratio
  double times;           // value = number * times / over
  double over;
  double least;  // plausible range of the value
  double most;
};

// nullptr for a label that we do not know, or that is no number. Without regard to case.
[[nodiscard]] const FieldRule* find_field(std::string_view label);

// "---" -> NotAvailable; no number of this form -> BadFrame; an implausible one -> OutOfRange.
[[nodiscard]] Value read_field(const FieldRule& rule, std::string_view text);

}  // namespace karkara::vedirect
