#include "agent/cellular/pin_guard.h"

#include <algorithm>

namespace karkara {
namespace {

bool is_pin(std::string_view pin) {  // 3GPP TS 31.101: four to eight digits
  return pin.size() >= 4 && pin.size() <= 8 &&
         std::all_of(pin.begin(), pin.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The modem counted the last attempt, or somebody opened the card elsewhere.
bool is_counted(const PinAttempt& attempt, std::uint32_t told) {
  return attempt.tries_left && *attempt.tries_left != told;
}

// Whether one more may be sent after this one.
PinVerdict judge_again(const PinAttempt& attempt, const ModemFacts& facts, std::string_view pin) {
  const bool same_pin = attempt.fingerprint == pin_fingerprint(pin);
  const auto& told = facts.pin_tries_left;
  if (told && is_counted(attempt, *told)) {
    return same_pin && *told < *attempt.tries_left ? PinVerdict::Refused : PinVerdict::Send;
  }
  if (attempt.refused && same_pin) {
    return PinVerdict::Refused;
  }
  // A SIM has three tries. Where the modem does not count them two are ours; where its count stands still, or an answer
  // was lost, each that was sent may have cost one.
  const bool spent = !told ? attempt.sent >= 2 : attempt.tries_left && attempt.sent + 1 >= *attempt.tries_left;
  const PinVerdict last = attempt.refused ? PinVerdict::LastTry : PinVerdict::Unanswered;
  return spent ? last : PinVerdict::Send;
}

}  // namespace

std::string_view to_string(PinVerdict verdict) {
  switch (verdict) {
    case PinVerdict::NotLocked: return "not locked";
    case PinVerdict::Send: return "the PIN can be sent";
    case PinVerdict::NoPin: return "no PIN is configured";
    case PinVerdict::Refused: return "the configured PIN was refused";
    case PinVerdict::Unanswered: return "the PIN was sent, its answer was lost, and the last try is for a person";
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

std::string pin_key(const ModemFacts& facts) {
  return facts.iccid ? *facts.iccid : std::to_string(facts.active_slot.value_or(0));
}

PinAttempt next_attempt(const ModemFacts& facts, std::string_view pin, const PinAttempt* before) {
  const auto& told = facts.pin_tries_left;
  const bool fresh = !before || (told && is_counted(*before, *told));
  return {told, pin_fingerprint(pin), fresh ? 1 : before->sent + 1, false};
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
  return attempt ? judge_again(*attempt, facts, sim->pin) : PinVerdict::Send;
}

}  // namespace karkara
