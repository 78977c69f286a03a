// Whether a PIN may be sent to a locked SIM. Refuses the last try, also where a modem's count of tries stands still, a
// PIN that was refused before, and every PUK: a blocked SIM costs a drive to the mast. Called by CellularUplink.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/cellular/cellular_memory.h"
#include "agent/cellular/settings.h"
#include "agent/facts/modem.h"

namespace karkara {

enum class PinVerdict : std::uint8_t {
  NotLocked,
  Send,
  NoPin,       // none is configured, or what is configured is no PIN
  Refused,     // this PIN was tried and did not open the SIM
  Unanswered,  // it was sent, nobody knows what became of it, and one more may cost the last try
  LastTry,     // only one try is left: for a person
  PukNeeded,   // blocked
  OtherLock,
  Unclear,  // the modem does not say what it wants
};
[[nodiscard]] std::string_view to_string(PinVerdict verdict);  // for people

// sim: what is configured for the active slot; attempt: the last one on its card. Either may be nullptr.
[[nodiscard]] PinVerdict judge_pin(const ModemFacts& facts, const SimSettings* sim, const PinAttempt* attempt);
// What is to be remembered before the PIN is sent once more.
[[nodiscard]] PinAttempt next_attempt(const ModemFacts& facts, std::string_view pin, const PinAttempt* before);
// Of a card: where its attempts are remembered, see CellularMemory.
[[nodiscard]] std::string pin_key(const ModemFacts& facts);
[[nodiscard]] std::uint32_t pin_fingerprint(std::string_view pin);

}  // namespace karkara
