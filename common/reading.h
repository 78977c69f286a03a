// One measured value: a number, or absent with the reason why. Absent is never 0.
// Refuses to know units: the series it belongs to knows (common/series.h).
#pragma once

#include <string_view>
#include <variant>

#include "common/overloaded.h"

namespace karkara {

// Why there is no value. The numbers go on the wire; never reuse one.
enum class Absent : unsigned char {
  NotYet = 0,          // nothing arrived since start
  NotImplemented = 1,  // the device does not have it
  NotAvailable = 2,    // the device says "no value now" (VE.Direct "---", 0xFFFF)
  Stale = 3,           // the last value is older than the source's deadline
  BadFrame = 4,        // only unverified frames arrived
  OutOfRange = 5,      // outside what is physically plausible
  NoSuchObject = 6,    // the device does not know the object
};

[[nodiscard]] constexpr std::string_view to_string(Absent reason) {
  switch (reason) {
    case Absent::NotYet: return "not yet";
    case Absent::NotImplemented: return "not implemented";
    case Absent::NotAvailable: return "not available";
    case Absent::Stale: return "stale";
    case Absent::BadFrame: return "bad frame";
    case Absent::OutOfRange: return "out of range";
    case Absent::NoSuchObject: return "no such object";
  }
  return "unknown";
}

using Value = std::variant<double, Absent>;

[[nodiscard]] constexpr bool has_value(const Value& value) {
  return value.index() == 0;
}

}  // namespace karkara
