// The check on site of one modem and its SIM: what the person beside it should look at.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "agent/cellular/bearer_fault.h"
#include "agent/cellular/cellular_feature.h"

namespace karkara {
namespace {

constexpr Dbm kThinRsrp{-110};

CheckItem failed(std::string detail, std::string advice) {
  return {"", CheckVerdict::Fail, std::move(detail), std::move(advice)};
}

std::string name_of(const ModemFacts& modem) {
  return modem.device + (modem.equipment ? " (IMEI " + *modem.equipment + ")" : "");
}

CheckItem absent(const ModemMatch& match, const std::vector<ModemFacts>& others) {
  std::string wanted = "no modem";
  if (!match.device.empty()) {
    wanted += " at " + match.device;
  }
  if (!match.equipment.empty()) {
    wanted += " with IMEI " + match.equipment;
  }
  if (others.empty()) {
    return failed(wanted,
                  "look at the modem's power and USB cable: 'lsusb' has to show it, and half a minute later "
                  "'mmcli -L'");
  }
  std::string there;
  for (const ModemFacts& other : others) {
    there += (there.empty() ? "" : ", ") + name_of(other);
  }
  return failed(wanted + "; there is " + there,
                "it is another modem or another USB port: correct 'cellular.device' or 'cellular.imei', or leave both "
                "out when there is only one modem");
}

CheckItem locked(PinVerdict pin, std::uint32_t slot) {
  const std::string sim = slot == 0 ? "the SIM" : fmt::format("SIM {}", slot);
  const std::string detail = fmt::format("{}: {}", sim, to_string(pin));
  switch (pin) {
    case PinVerdict::NoPin:
      return failed(detail, "write its PIN in 'cellular.sims[].pin', or take the PIN off in a phone");
    case PinVerdict::Refused:
      return failed(detail, "the PIN in 'cellular.sims[].pin' is wrong: correct it; each wrong one costs a try");
    case PinVerdict::Unanswered:
    case PinVerdict::LastTry: return failed(detail, "put the SIM in a phone and give it the right PIN there");
    case PinVerdict::PukNeeded:
      return failed(detail, "put the SIM in a phone and give it the PUK from its card; never guess");
    case PinVerdict::OtherLock:
      return failed(detail, "this modem or SIM is bound to another operator or device: change it");
    case PinVerdict::NotLocked:
    case PinVerdict::Send:
    case PinVerdict::Unclear: break;
  }
  return {"", CheckVerdict::Warn, detail, "wait a minute and check again"};
}

CheckItem registered(const ModemFacts& modem, const std::string& said) {
  const auto& rsrp = signal_of(modem).rsrp;
  if (modem.state != ModemState::Connected) {
    return {"", CheckVerdict::Warn, said,
            "wait two minutes; if it stays so, look at 'apn' and 'user' and at the SIM's credit"};
  }
  if (rsrp && *rsrp < kThinRsrp) {
    return {"", CheckVerdict::Warn, said,
            "a weak signal: look at the aerial and its cable, and turn it with 'karkara local align'"};
  }
  return {"", CheckVerdict::Pass, said, ""};
}

}  // namespace

CheckItem CellularUplink::check(const std::vector<ModemFacts>& unclaimed, Instant now) const {
  if (!bus_available_.value_or(false)) {
    return bus_available_
               ? failed("ModemManager does not run",
                        "'systemctl enable --now ModemManager'; when there is none: 'apt install modemmanager'")
               : CheckItem{"", CheckVerdict::Warn, "ModemManager was not heard yet", "check again in a minute"};
  }
  if (!facts()) {
    return absent(settings_.match, unclaimed);
  }
  const ModemFacts& modem = *facts();
  const std::string said = report(now).sentence;
  if (const PinVerdict pin = pin_verdict(); pin != PinVerdict::NotLocked) {
    return locked(pin, active_slot());
  }
  if (watch_.in(ModemState::Failed)) {
    const bool no_card = modem.failure == ModemFailure::SimMissing;
    return failed(said, no_card
                            ? "put a SIM in, its contacts towards the board; the modem has to be restarted after that"
                            : "cut the modem's power for ten seconds; if it comes back so, change it");
  }
  if (modem.state >= ModemState::Disabled && !sim()) {
    return failed(fmt::format("{}; nothing is configured for SIM {}", said, active_slot()),
                  "add it to 'cellular.sims' with its 'slot' and 'apn', or put the card into the other slot");
  }
  if (watch_.in(ModemState::Connected) && modem.bearer && watch_.verdict() != CellularVerdict::Passing) {
    if (const std::string fault = bearer_fault(*modem.bearer); !fault.empty()) {
      return failed(describe_modem(modem), fault);
    }
  }
  if (modem.registration == Registration::Denied) {
    return failed(said, "the SIM is not active, expired or barred: try it in a phone, or ask its operator");
  }
  if (is_roaming(modem) && !sim()->allow_roaming) {
    return failed(said,
                  "it hears a foreign network only: turn the aerial with 'karkara local align'; 'allow_roaming' can "
                  "cost a month's money in a day");
  }
  if (modem.state >= ModemState::Registered) {
    return registered(modem, said);
  }
  if (modem.state == ModemState::Enabled || modem.state == ModemState::Searching) {
    return failed(said, "no network is heard: look at the aerial and its cable, then 'karkara local align'");
  }
  return {"", CheckVerdict::Warn, said, "wait a minute and check again"};
}

std::vector<CheckItem> CellularFeature::check(Instant now) const {
  std::vector<ModemFacts> unclaimed;
  for (const ModemFacts& modem : modems_) {
    const bool claimed = std::any_of(uplinks_.begin(), uplinks_.end(), [&](const CellularUplink& uplink) {
      return uplink.facts() && uplink.facts()->device == modem.device;
    });
    if (!claimed) {
      unclaimed.push_back(modem);
    }
  }
  std::vector<CheckItem> items;
  for (const CellularUplink& uplink : uplinks_) {
    items.push_back(uplink.check(unclaimed, now));
    items.back().name = "modem of " + uplink.settings().id.text();
  }
  return items;
}

}  // namespace karkara
