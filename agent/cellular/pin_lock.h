// Whether a card stays locked by what is known of its PIN. Called by the recovery and the check of spare cards.
#pragma once

#include "agent/cellular/pin_guard.h"

namespace karkara {

// A person is needed; no further try opens it.
[[nodiscard]] inline bool stays_locked(PinVerdict verdict) {
  switch (verdict) {
    case PinVerdict::NoPin:
    case PinVerdict::Refused:
    case PinVerdict::Unanswered:
    case PinVerdict::LastTry:
    case PinVerdict::PukNeeded:
    case PinVerdict::OtherLock: return true;
    case PinVerdict::NotLocked:
    case PinVerdict::Send:
    case PinVerdict::Unclear: return false;
  }
  return false;
}

}  // namespace karkara
