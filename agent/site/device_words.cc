// What modems and terminals ask for and say, as effects of the agent: their alarms and notes by the catalogue's names.
#include "agent/site/uplink_devices.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

MessageId message_of(CellularAlarm alarm) {
  switch (alarm) {
    case CellularAlarm::ModemServiceAbsent: return MessageId::ModemServiceAbsent;
    case CellularAlarm::ModemAbsent: return MessageId::ModemAbsent;
    case CellularAlarm::ModemFailed: return MessageId::ModemFailed;
    case CellularAlarm::SimMissing: return MessageId::SimMissing;
    case CellularAlarm::SimPinNeeded: return MessageId::SimPinNeeded;
    case CellularAlarm::SimPukRequired: return MessageId::SimPukRequired;
    case CellularAlarm::SimLocked: return MessageId::SimLocked;
    case CellularAlarm::SimNotConfigured: return MessageId::SimNotConfigured;
    case CellularAlarm::RegistrationDenied: return MessageId::RegistrationDenied;
    case CellularAlarm::RoamingRefused: return MessageId::RoamingRefused;
    case CellularAlarm::WeakSignal: return MessageId::WeakSignal;
    case CellularAlarm::BearerUnusable: return MessageId::ModemBearerUnusable;
    case CellularAlarm::RecoveryExhausted: return MessageId::RecoveryExhausted;
    case CellularAlarm::RungMissing: return MessageId::RecoveryRungMissing;
    case CellularAlarm::SpareSimDead: return MessageId::SpareSimDead;
    case CellularAlarm::SpareSimUnproven: return MessageId::SpareSimUnproven;
  }
  return MessageId::ModemFailed;
}

MessageId message_of(CellularNoteKind kind) {
  switch (kind) {
    case CellularNoteKind::ModemFound: return MessageId::ModemFound;
    case CellularNoteKind::ModemMoved: return MessageId::ModemMoved;
    case CellularNoteKind::PinSent: return MessageId::SimPinSent;
    case CellularNoteKind::RecoveryStep: return MessageId::ModemRecoveryStep;
    case CellularNoteKind::Recovered: return MessageId::ModemRecovered;
    case CellularNoteKind::SlotSwitched: return MessageId::SimSlotSwitched;
    case CellularNoteKind::BalanceRead: return MessageId::SimBalanceRead;
    case CellularNoteKind::CommandFailed: return MessageId::ModemCommandFailed;
    case CellularNoteKind::PowerCut: return MessageId::ModemPowerCut;
    case CellularNoteKind::SpareChecked: return MessageId::SpareSimChecked;
    case CellularNoteKind::Reconfigured: return MessageId::ModemSettingsApplied;
  }
  return MessageId::ModemCommandFailed;
}

MessageId message_of(VsatMessage message) {
  switch (message) {
    case VsatMessage::TerminalSilent: return MessageId::VsatTerminalSilent;
    case VsatMessage::TerminalUnknown: return MessageId::VsatTerminalUnknown;
    case VsatMessage::NotLocked: return MessageId::VsatNotLocked;
    case VsatMessage::FadePredicted: return MessageId::VsatFadePredicted;
    case VsatMessage::SignalDrift: return MessageId::VsatSignalDrift;
    case VsatMessage::PowerSag: return MessageId::VsatPowerSag;
    case VsatMessage::DishObstructed: return MessageId::DishObstructed;
    case VsatMessage::DishAlert: return MessageId::DishAlert;
    case VsatMessage::DishDisabled: return MessageId::DishDisabled;
    case VsatMessage::TerminalRebooted: return MessageId::VsatTerminalRebooted;
  }
  return MessageId::VsatTerminalSilent;
}

Fields with_uplink(const UplinkId& uplink, const Fields& more) {
  Fields fields{{"uplink", uplink.text()}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

}  // namespace

Effects UplinkDevices::translate(const CellularEffects& effects) {
  Effects all;
  for (const CellularEffect& effect : effects) {
    std::visit(Overloaded{
                   [&](const ModemCommand& e) { all.push_back(e); },
                   [&](const PowerCycleModem& e) { all.push_back(e); },
                   [&](const RebootRouter& e) { all.push_back(e); },
                   [&](const Persist& e) { all.push_back(e); },
                   [&](const SetCellularAlarm& e) {
                     all.push_back(SetAlarm{{message_of(e.alarm), e.uplink.text()}, e.raised, e.fields});
                   },
                   [&](const CellularNote& e) {
                     all.push_back(Note{message_of(e.kind), with_uplink(e.uplink, e.fields)});
                   },
                   [&](const SimBytesTold& e) { told_bytes_.push_back(e); },
               },
               effect);
  }
  return all;
}

Effects UplinkDevices::translate(const VsatEffects& effects) {
  Effects all;
  for (const VsatEffect& effect : effects) {
    std::visit(Overloaded{
                   [&](const SnmpGet& e) { all.push_back(e); },
                   [&](const SnmpForget& e) { all.push_back(e); },
                   [&](const ReadDish& e) { all.push_back(e); },
                   [&](const VsatSays& e) {
                     if (e.message == VsatMessage::TerminalRebooted) {
                       all.push_back(Note{message_of(e.message), with_uplink(e.uplink, e.fields)});
                     } else {
                       all.push_back(SetAlarm{{message_of(e.message), e.uplink.text()}, e.raised, e.fields});
                     }
                   },
               },
               effect);
  }
  return all;
}

}  // namespace karkara
