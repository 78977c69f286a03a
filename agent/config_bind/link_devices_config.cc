#include "agent/config_bind/link_devices_config.h"

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/snmp_target.h"
#include "agent/facts/kernel.h"

namespace karkara {
namespace {

constexpr double kUsualThreshold = 4.5;  // dB: QPSK 1/2 of DVB-S2 with the implementation's loss
constexpr int kStandbyFactor = 10;

ApnAuth bind_auth(v1::ApnAuth auth) {
  switch (auth) {
    case v1::APN_AUTH_NONE: return ApnAuth::None;
    case v1::APN_AUTH_PAP: return ApnAuth::Pap;
    case v1::APN_AUTH_CHAP: return ApnAuth::Chap;
    case v1::APN_AUTH_PAP_OR_CHAP: return ApnAuth::PapOrChap;
    default: return ApnAuth::Unset;  // foreign: an enum of protobuf, open on the wire
  }
}

PdpType bind_type(v1::PdpType type) {
  switch (type) {
    case v1::PDP_TYPE_V6: return PdpType::V6;
    case v1::PDP_TYPE_V4V6: return PdpType::V4V6;
    default: return PdpType::V4;  // foreign: an enum of protobuf, open on the wire
  }
}

Result<BalanceSettings> bind_balance(const v1::BalanceConfig& config) {
  BalanceSettings balance;
  balance.code = config.code();
  balance.replies.assign(config.replies().begin(), config.replies().end());
  for (const std::string& text : config.patterns()) {
    auto pattern = UssdPattern::parse(text);
    if (!pattern) {
      return pattern.error().in("pattern '" + text + "'");
    }
    balance.patterns.push_back(std::move(pattern).value());
  }
  balance.currency = config.currency();
  return balance;
}

Result<SimSettings> bind_sim(const v1::SimConfig& config) {
  SimSettings sim;
  sim.slot = config.slot();
  sim.name = config.id();
  sim.apn = config.apn();
  sim.auth = bind_auth(config.auth());
  sim.user = config.user();
  sim.password = config.password();
  sim.pin = config.pin();
  sim.allow_roaming = config.allow_roaming();
  sim.ip_type = bind_type(config.ip_type());
  if (config.has_balance()) {
    auto balance = bind_balance(config.balance());
    if (!balance) {
      return balance.error();
    }
    sim.balance = std::move(balance).value();
  }
  return sim;
}

Result<CellularUplinkSettings> bind_modem(const UplinkId& id, const v1::CellularConfig& config,
                                          const v1::AgentConfig& agent) {
  CellularUplinkSettings modem;
  modem.id = id;
  modem.match = {config.device(), config.imei()};
  for (const v1::SimConfig& sim : config.sims()) {
    auto bound = bind_sim(sim);
    if (!bound) {
      return bound.error();
    }
    modem.sims.push_back(std::move(bound).value());
  }
  modem.caps.resets = config.resets_per_day();
  modem.caps.power_cycles = config.power_cycles_per_day();
  modem.caps.reboots = config.reboots_per_day();
  modem.caps.slot_switches = config.slot_switches_per_day();
  modem.power_command.assign(config.power_command().begin(), config.power_command().end());
  modem.power_relay = config.power_relay();
  modem.usb_port = config.usb_port();
  modem.reboot_command.assign(agent.reboot_command().begin(), agent.reboot_command().end());
  modem.silent_patience = milliseconds(config.silent_patience());
  modem.absent_patience = milliseconds(config.absent_patience());
  modem.search_patience = milliseconds(config.search_patience());
  modem.spare_check_nights = config.spare_check_nights();
  return modem;
}

Result<TerminalSettings> bind_terminal(const UplinkId& id, const v1::UplinkConfig& uplink) {
  const v1::TerminalConfig& config = uplink.terminal();
  TerminalSettings terminal;
  terminal.uplink = id;
  terminal.lock_threshold = Db{config.has_lock_threshold() ? config.lock_threshold() : kUsualThreshold};
  terminal.active_pace = milliseconds(config.interval());
  terminal.standby_pace = kStandbyFactor * terminal.active_pace;
  if (config.kind() == v1::TERMINAL_KIND_STARLINK) {
    const auto endpoint = IpEndpoint::parse(config.dish());
    if (!endpoint) {
      return Error{ErrorCode::InvalidArgument, "dish '" + config.dish() + "': must be an address and a port"};
    }
    terminal.by = DishTerminal{*endpoint, uplink.interface(), 0};
    return terminal;
  }
  if (!config.has_snmp()) {
    return Error{ErrorCode::InvalidArgument, "a terminal of kind snmp needs 'snmp'"};
  }
  const auto target = bind_snmp_target(config.snmp(), uplink.interface());
  const auto device = DeviceId::parse(uplink.id());
  if (!target || !device) {
    return target ? device.error() : target.error();
  }
  terminal.by = SnmpTerminal{*device, *target, config.table()};
  return terminal;
}

}  // namespace

Status bind_cellular(const v1::SiteConfig& config, CellularSettings& settings) {
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    const auto id = UplinkId::parse(uplink.id());
    if (!uplink.has_cellular() || !id) {
      continue;
    }
    auto modem = bind_modem(*id, uplink.cellular(), config.agent());
    if (!modem) {
      return modem.error().in("uplinks." + uplink.id() + ".cellular");
    }
    settings.uplinks.push_back(std::move(modem).value());
  }
  return {};
}

Status bind_terminals(const v1::SiteConfig& config, VsatSettings& settings) {
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    const auto id = UplinkId::parse(uplink.id());
    if (!uplink.has_terminal() || !id) {
      continue;
    }
    auto terminal = bind_terminal(*id, uplink);
    if (!terminal) {
      return terminal.error().in("uplinks." + uplink.id() + ".terminal");
    }
    settings.terminals.push_back(std::move(terminal).value());
  }
  return {};
}

}  // namespace karkara
