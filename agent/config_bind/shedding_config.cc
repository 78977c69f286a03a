// The shedding ladder and its relays.
#include "agent/config_bind/power_config.h"
#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/radio_config.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/snmp_target.h"
#include "agent/devices/object_id.h"

namespace karkara {
namespace {

Result<RelayKind> bind_snmp_relay(const v1::SnmpRelayConfig& config) {
  auto target = bind_snmp_target(config.snmp(), {});
  const auto oid = parse_object_id(config.oid());
  if (!target || !oid) {
    return target ? Error{ErrorCode::InvalidArgument, "oid '" + config.oid() + "': must be numbers with dots"}
                  : target.error();
  }
  return RelayKind{SnmpRelay{std::move(target).value(), *oid, static_cast<std::int32_t>(config.on()),
                             static_cast<std::int32_t>(config.off())}};
}

Result<RelayKind> bind_modbus_relay(const v1::ModbusRelayConfig& config) {
  ModbusRelay relay;
  relay.unit = static_cast<std::uint8_t>(config.unit());
  relay.coil = static_cast<std::uint16_t>(config.coil());
  if (!config.has_endpoint()) {
    relay.bus = ModbusSerialBus{config.device(), config.baud(), bind_parity(config.parity()), config.stop_bits()};
    return RelayKind{relay};
  }
  const auto endpoint = IpEndpoint::parse(config.endpoint());
  if (!endpoint) {
    return Error{ErrorCode::InvalidArgument, "endpoint '" + config.endpoint() + "': must be an address and a port"};
  }
  relay.bus = ModbusTcpBus{*endpoint};
  return RelayKind{relay};
}

Result<RelayKind> bind_relay_kind(const v1::RelayConfig& config) {
  if (config.has_snmp()) {
    return bind_snmp_relay(config.snmp());
  }
  if (config.has_modbus()) {
    return bind_modbus_relay(config.modbus());
  }
  if (config.has_gpio()) {
    return RelayKind{GpioRelay{config.gpio().chip(), config.gpio().line(), config.gpio().active_low()}};
  }
  return RelayKind{CommandRelay{{config.command().on().begin(), config.command().on().end()},
                                {config.command().off().begin(), config.command().off().end()}}};
}

Result<RestUplink> bind_rest(const v1::RestUplinkConfig& config) {
  const auto uplink = UplinkId::parse(config.uplink());
  if (!uplink) {
    return uplink.error();
  }
  RestUplink rest{*uplink, milliseconds(config.on()), milliseconds(config.period()), {}};
  if (config.has_relay()) {
    const auto relay = DeviceId::parse(config.relay());
    if (!relay) {
      return relay.error();
    }
    rest.relay = *relay;
  }
  return rest;
}

Status bind_actions(const v1::ShedStageConfig& config, ShedStage& stage) {
  for (const std::string& name : config.classes_off()) {
    stage.actions.emplace_back(ShedClassOff{name});
  }
  for (const v1::ClassCeilingConfig& ceiling : config.class_ceilings()) {
    stage.actions.emplace_back(ShedClassCeiling{ceiling.service_class(), Percent{ceiling.percent()}});
  }
  for (const v1::RestUplinkConfig& rest : config.rest()) {
    auto bound = bind_rest(rest);
    if (!bound) {
      return bound.error();
    }
    stage.actions.emplace_back(std::move(bound).value());
  }
  for (const std::string& relay : config.relays_off()) {
    const auto id = DeviceId::parse(relay);
    if (!id) {
      return id.error();
    }
    stage.actions.emplace_back(RelayOff{*id});
  }
  for (const v1::ShedRadioConfig& radio : config.radios()) {
    auto bound = bind_shed_radio(radio);
    if (!bound) {
      return bound.error();
    }
    stage.actions.emplace_back(std::move(bound).value());
  }
  return {};
}

Result<ShedStage> bind_stage(const v1::ShedStageConfig& config) {
  ShedStage stage;
  stage.id = config.id();
  stage.below = Percent{config.below()};
  if (config.has_below_volts()) {
    stage.below_volts = Volts{config.below_volts()};
  }
  const auto from = parse_time_of_day(config.from());
  const auto to = parse_time_of_day(config.to());
  if (from && to) {
    stage.hours = ShedHours{*from, *to};
  }
  if (const Status status = bind_actions(config, stage); !status.ok()) {
    return status.error();
  }
  return stage;
}

}  // namespace

Result<SheddingSettings> bind_shedding(const v1::SheddingConfig& config) {
  SheddingSettings settings;
  for (const v1::ShedStageConfig& stage : config.stages()) {
    auto bound = bind_stage(stage);
    if (!bound) {
      return bound.error().in("stages[" + stage.id() + "]");
    }
    settings.stages.push_back(std::move(bound).value());
  }
  for (const v1::RelayConfig& relay : config.relays()) {
    const auto id = DeviceId::parse(relay.id());
    auto kind = bind_relay_kind(relay);
    if (!id || !kind) {
      return (id ? kind.error() : id.error()).in("relays[" + relay.id() + "]");
    }
    settings.relays.push_back({*id, std::move(kind).value()});
  }
  settings.rise = Percent{config.rise()};
  settings.least_stay = milliseconds(config.least_stay());
  settings.follow_forecast = config.follow_forecast();
  const v1::PowerOffConfig& off = config.power_off();
  settings.power_off_command.assign(off.command().begin(), off.command().end());
  settings.wake_command.assign(off.wake_command().begin(), off.wake_command().end());
  if (off.has_below_volts()) {
    settings.power_off_volts = Volts{off.below_volts()};
  }
  return settings;
}

}  // namespace karkara
