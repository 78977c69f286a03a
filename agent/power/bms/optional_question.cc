#include "agent/power/bms/optional_question.h"

namespace karkara::bms {
namespace {

constexpr unsigned kSilentLooks = 3;
constexpr unsigned kLooksBetween = 30;  // five minutes at the usual pace

}  // namespace

bool OptionalQuestion::is_due() {
  if (looks_to_skip_ > 0) {
    --looks_to_skip_;
    return false;
  }
  return true;
}

void OptionalQuestion::answered() {
  *this = {};
}

void OptionalQuestion::missed() {
  if (++missed_ >= kSilentLooks) {
    looks_to_skip_ = kLooksBetween;
  }
}

void OptionalQuestion::refused() {
  refused_ = true;
  looks_to_skip_ = kLooksBetween;
}

Absent OptionalQuestion::why_absent() const {
  return refused_ || missed_ >= kSilentLooks ? Absent::NotImplemented : Absent::NotAvailable;
}

}  // namespace karkara::bms
