#include "agent/cellular/cellular_effects.h"

#include "common/overloaded.h"

namespace karkara {

std::string_view to_string(CellularAlarm alarm) {
  switch (alarm) {
    case CellularAlarm::ModemServiceAbsent: return "MODEM_SERVICE_ABSENT";
    case CellularAlarm::ModemAbsent: return "MODEM_ABSENT";
    case CellularAlarm::ModemFailed: return "MODEM_FAILED";
    case CellularAlarm::SimMissing: return "SIM_MISSING";
    case CellularAlarm::SimPinNeeded: return "SIM_PIN_NEEDED";
    case CellularAlarm::SimPukRequired: return "SIM_PUK_REQUIRED";
    case CellularAlarm::SimLocked: return "SIM_LOCKED";
    case CellularAlarm::SimNotConfigured: return "SIM_NOT_CONFIGURED";
    case CellularAlarm::RegistrationDenied: return "REGISTRATION_DENIED";
    case CellularAlarm::RoamingRefused: return "ROAMING_REFUSED";
    case CellularAlarm::WeakSignal: return "WEAK_SIGNAL";
    case CellularAlarm::BearerUnusable: return "MODEM_BEARER_UNUSABLE";
    case CellularAlarm::RecoveryExhausted: return "RECOVERY_EXHAUSTED";
    case CellularAlarm::RungMissing: return "RECOVERY_RUNG_MISSING";
    case CellularAlarm::SpareSimDead: return "SPARE_SIM_DEAD";
    case CellularAlarm::SpareSimUnproven: return "SPARE_SIM_UNPROVEN";
  }
  return "UNKNOWN";
}

std::string_view to_string(CellularNoteKind kind) {
  switch (kind) {
    case CellularNoteKind::ModemFound: return "MODEM_FOUND";
    case CellularNoteKind::ModemMoved: return "MODEM_MOVED";
    case CellularNoteKind::PinSent: return "SIM_PIN_SENT";
    case CellularNoteKind::RecoveryStep: return "MODEM_RECOVERY_STEP";
    case CellularNoteKind::Recovered: return "MODEM_RECOVERED";
    case CellularNoteKind::SlotSwitched: return "SIM_SLOT_SWITCHED";
    case CellularNoteKind::BalanceRead: return "SIM_BALANCE_READ";
    case CellularNoteKind::CommandFailed: return "MODEM_COMMAND_FAILED";
    case CellularNoteKind::PowerCut: return "MODEM_POWER_CUT";
    case CellularNoteKind::SpareChecked: return "SPARE_SIM_CHECKED";
    case CellularNoteKind::Reconfigured: return "MODEM_SETTINGS_APPLIED";
  }
  return "UNKNOWN";
}

std::string_view describe(const ModemDeed& deed) {
  return std::visit(Overloaded{
                        [](const ModemEnable& d) { return d.enabled ? "enable" : "disable"; },
                        [](const ModemConnect&) { return "connect"; },
                        [](const ModemDisconnect&) { return "disconnect"; },
                        [](const ModemReset&) { return "reset"; },
                        [](const ModemSendPin&) { return "send-pin"; },
                        [](const ModemSetPrimarySlot&) { return "switch-slot"; },
                        [](const ModemUssdInitiate&) { return "ussd"; },
                        [](const ModemUssdRespond&) { return "ussd-reply"; },
                        [](const ModemUssdCancel&) { return "ussd-cancel"; },
                        [](const ModemSetupSignal&) { return "setup-signal"; },
                    },
                    deed);
}

}  // namespace karkara
