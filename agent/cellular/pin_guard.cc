#include "agent/cellular/pin_guard.h"

#include <algorithm>

namespace karkara {
namespace {

bool is_pin(std::string_view pin) {  // 3GPP TS 31.101: four to eight digits
  return pin.size() >= 4 && pin.size() <= 8 &&
         std::all_of(pin.begin(), pin.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_spent(const PinAttempt& attempt, const ModemFacts& facts, std::string_view pin) {
  const bool same_pin = attempt.fingerprint == pin_fingerprint(pin);
  if (!facts.pin_tries_left) {
    // A SIM has three tries and this modem does not count them: two are ours, and none for what was refused.
    return attempt.sent >= 2 || (attempt.refused && same_pin);
  }
  return same_pin && (attempt.tries_left ? *facts.pin_tries_left < *attempt.tries_left : attempt.refused);
}

}  // namespace

std::string_view to_string(PinVerdict verdict) {
  switch (verdict) {
    case PinVerdict::NotLocked: return "not locked";
    case PinVerdict::Send: return "the PIN can be sent";
    case PinVerdict::NoPin: return "no PIN is configured";
    case PinVerdict::Refused: return "the configured PIN was refused";
    case PinVerdict::LastTry: return "only the last try is left";
    case PinVerdict::PukNeeded: return "blocked, needs its PUK";
    case PinVerdict::OtherLock: return "locked to an operator or device";
    case PinVerdict::Unclear: return "locked, the modem does not say how";
  }
  return "unknown";
}

// FNV-1a. Four digits are found again from any hash; the text lies beside the configuration, which has the PIN itself.
std::uint32_t pin_fingerprint(std::string_view pin) {
  std::uint32_t hash = 0x811c'9dc5U;
  for (const char c : pin) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x0100'0193U;
  }
  return hash;
}

PinVerdict judge_pin(const ModemFacts& facts, const SimSettings* sim, const PinAttempt* attempt) {
  const SimLock lock = facts.lock.value_or(SimLock::Unknown);
  if (lock == SimLock::Puk) {
    return PinVerdict::PukNeeded;
  }
  if (facts.state != ModemState::Locked) {
    return PinVerdict::NotLocked;
  }
  if (lock == SimLock::Other) {
    return PinVerdict::OtherLock;
  }
  if (lock != SimLock::Pin) {
    return PinVerdict::Unclear;
  }
  if (facts.pin_tries_left && *facts.pin_tries_left < 2) {
    return PinVerdict::LastTry;
  }
  if (!sim || !is_pin(sim->pin)) {
    return PinVerdict::NoPin;
  }
  return attempt && is_spent(*attempt, facts, sim->pin) ? PinVerdict::Refused : PinVerdict::Send;
}

}  // namespace karkara
