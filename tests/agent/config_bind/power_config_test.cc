// What the configuration says of power devices, the battery and shedding.
#include "agent/config_bind/power_config.h"

#include <gmock/gmock.h>

#include "tests/agent/config_bind/site_text.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(PowerConfig, EachKindOfSourceIsReachedInItsWay) {
  const PowerSettings power = settings_of(with(R"(power:
  - {id: charger, kind: vedirect, device: /dev/ttyUSB0}
  - {id: tracer, kind: modbus, device: /dev/ttyUSB1, baud: 115200, unit: 3}
  - {id: inverter, kind: sunspec, endpoint: "10.0.0.2:502", pace: 20s}
  - {id: mast, kind: snmp, snmp: {endpoint: "10.0.0.3:161", community: secret}, device_table: tycon-tpdin2}
  - {id: bank, kind: pylontech, device: /dev/ttyUSB2, first_address: 3, deadline: 2m}
)"))
                                  .power;
  ASSERT_EQ(power.sources.size(), 5U);
  EXPECT_EQ(power.sources[0].where(), "/dev/ttyUSB0");
  EXPECT_EQ(power.sources[0].deadline, seconds{5});
  EXPECT_EQ(power.sources[1].bus, (ModbusBus{ModbusSerialBus{"/dev/ttyUSB1", 115'200, SerialParity::None, 1}}));
  EXPECT_EQ(power.sources[1].unit, 3);
  EXPECT_EQ(power.sources[2].where(), "10.0.0.2:502");
  EXPECT_EQ(power.sources[2].deadline, seconds{60}) << "three times its pace";
  EXPECT_EQ(power.sources[3].snmp.community, "secret");
  EXPECT_EQ(power.sources[3].pace, seconds{30});
  EXPECT_EQ(power.sources[4].first_address, 3U);
  EXPECT_EQ(power.sources[4].deadline, minutes{2});
}

TEST(PowerConfig, ASourceThatCannotBeReachedThatWayIsToldWithItsPlace) {
  EXPECT_EQ(errors_of(with(R"(power:
  - {id: a, kind: vedirect, endpoint: "10.0.0.2:502"}
  - {id: b, kind: modbus}
  - {id: c, kind: snmp, device: /dev/ttyUSB0}
  - {id: d, kind: daly, device: /dev/ttyUSB5, snmp: {endpoint: "10.0.0.3:161"}}
)")),
            "site.yaml:7:5: power[a]: needs a 'device': its serial port\n"
            "site.yaml:7:39: power[a].endpoint: is for devices of kind modbus and sunspec\n"
            "site.yaml:8:5: power[b]: needs a 'device' or an 'endpoint'\n"
            "site.yaml:9:5: power[c]: needs 'snmp': how the device is asked\n"
            "site.yaml:9:33: power[c].device: is no way to a device of kind snmp\n"
            "site.yaml:10:47: power[d].snmp: is for devices of kind snmp");
}

TEST(PowerConfig, OnlyModbusDevicesShareALineAndEachHasItsAddress) {
  EXPECT_EQ(errors_of(with(R"(power:
  - {id: a, kind: modbus, device: /dev/ttyUSB0, unit: 1}
  - {id: b, kind: modbus, device: /dev/ttyUSB0, unit: 2}
  - {id: c, kind: modbus, device: /dev/ttyUSB0, unit: 2}
  - {id: d, kind: jk, device: /dev/ttyUSB0}
)")),
            "site.yaml:9:55: power[c].unit: is already used on this line: each device has an address of its own\n"
            "site.yaml:10:31: power[d].device: is already read as 'a': a serial port has one reader");
}

TEST(PowerConfig, TheBatteryAndThePlaceMakeAForecast) {
  const PowerSettings power =
      settings_of(
          "site: {id: a, latitude: 13.2, longitude: 2.3}\nuplinks: [{id: b, kind: ethernet, interface: c}]\n"
          "battery: {chemistry: lfp, capacity: 280Ah, nominal: 24V, unmetered_load: 12W}\nsolar: {array: 600W}\n")
          .power;
  ASSERT_TRUE(power.battery && power.sun);
  EXPECT_EQ(power.battery->chemistry, Chemistry::LithiumIronPhosphate);
  EXPECT_EQ(power.battery->unmetered_load, Amps{0.5});
  EXPECT_EQ(power.sun->array_rated, Watts{600});
  EXPECT_EQ(power.sun->utc_offset, hours{1});
}

TEST(PowerConfig, TheLadderIsBoundWithItsRelaysAndHours) {
  const SheddingSettings shedding = settings_of(with(R"(battery: {chemistry: lead_acid, capacity: 200Ah}
classes: [{id: health, subnets: [10.20.1.0/24]}, {id: public}]
shedding:
  stages:
    - {id: evening, below: 60, class_ceilings: [{service_class: public, percent: 25}]}
    - {id: night, below: 45, from: "23:00", to: "05:00", classes_off: [public], relays_off: [camera]}
    - {id: deep, below: 30, rest: [{uplink: vsat, on: 15m, relay: feed}]}
  relays:
    - {id: camera, gpio: {chip: /dev/gpiochip0, line: 17}}
    - {id: feed, snmp: {oid: 1.3.6.1.4.1.45621.2.2.1.0, snmp: {endpoint: "10.0.0.3:161", community: private}}}
    - {id: load, modbus: {device: /dev/ttyUSB3, baud: 115200, unit: 2, coil: 2}}
    - {id: lamp, command: {on: [/usr/bin/lamp, up], off: [/usr/bin/lamp, down]}}
  power_off: {command: [/sbin/poweroff], wake_command: [/sbin/rtcwake, "{seconds}"], below_volts: 11.7V}
)"))
                                        .power.shedding;
  ASSERT_EQ(shedding.stages.size(), 3U);
  EXPECT_EQ(shedding.stages[1].hours, (ShedHours{hours{23}, hours{5}}));
  EXPECT_EQ(shedding.stages[1].actions.size(), 2U);
  EXPECT_EQ(std::get<RestUplink>(shedding.stages[2].actions.at(0)).relay, *DeviceId::parse("feed"));
  EXPECT_EQ(std::get<GpioRelay>(shedding.relays.at(0).by).line, 17U);
  EXPECT_EQ(std::get<SnmpRelay>(shedding.relays.at(1).by).oid.size(), 11U);
  const auto& coil = std::get<ModbusRelay>(shedding.relays.at(2).by);
  EXPECT_EQ(std::get<ModbusSerialBus>(coil.bus).path, "/dev/ttyUSB3");
  EXPECT_EQ(coil.unit, 2);
  EXPECT_EQ(coil.coil, 2);
  EXPECT_EQ(std::get<CommandRelay>(shedding.relays.at(3).by),
            (CommandRelay{{"/usr/bin/lamp", "up"}, {"/usr/bin/lamp", "down"}}));
  EXPECT_EQ(shedding.power_off_volts, Volts{11.7});
}

TEST(PowerConfig, ALadderThatLeadsNowhereIsTold) {
  EXPECT_EQ(
      errors_of(with(R"(battery: {chemistry: lead_acid, capacity: 200Ah, nominal: 13V}
shedding:
  stages:
    - {id: a, below: 40, classes_off: [public], relays_off: [camera]}
    - {id: b, below: 50, from: "25:00", rest: [{uplink: none, on: 2h}]}
  relays:
    - {id: feed}
  power_off: {command: [/sbin/poweroff]}
)")),
      "site.yaml:6:59: battery.nominal: must be 12V, 24V or 48V\n"
      "site.yaml:9:26: shedding.stages[a].classes_off: there is no class 'public'\n"
      "site.yaml:9:49: shedding.stages[a].relays_off: there is no relay 'camera'\n"
      "site.yaml:10:22: shedding.stages[b].below: must be below the stage before it: stages go from mild to deep\n"
      "site.yaml:10:32: shedding.stages[b].from: needs both 'from' and 'to'\n"
      "site.yaml:10:32: shedding.stages[b].from: must be a time of day such as 23:00\n"
      "site.yaml:10:41: shedding.stages[b].rest: there is no uplink 'none'\n"
      "site.yaml:10:41: shedding.stages[b].rest: is on for the whole of its period: it would never rest\n"
      "site.yaml:12:7: shedding.relays[feed]: needs exactly one of snmp, modbus, gpio and command\n"
      "site.yaml:13:15: shedding.power_off.command: needs a wake_command, or {seconds} among its words: nothing "
      "would start the router again");
}

std::string order_of_stages(const std::string& stages) {
  return errors_of(
      with("battery: {chemistry: lead_acid, capacity: 200Ah}\n"
           "classes: [{id: health, priority: 2, subnets: [10.20.1.0/24]}, {id: school, subnets: [10.20.2.0/24]}, "
           "{id: public, priority: 6, subnets: [10.20.3.0/24]}]\nshedding:\n  stages:\n" +
           stages));
}

TEST(PowerConfig, TheMostUrgentClassIsTheLastToBeTurnedOff) {
  EXPECT_EQ(order_of_stages("    - {id: a, below: 50, classes_off: [public]}\n"
                            "    - {id: b, below: 40, classes_off: [school, other]}\n"
                            "    - {id: c, below: 30, classes_off: [health]}\n"),
            "");
  EXPECT_EQ(
      order_of_stages("    - {id: a, below: 50, classes_off: [public, health]}\n"),
      "site.yaml:10:26: shedding.stages[a].classes_off: takes all from 'health' and nothing from 'other', which is "
      "less urgent (priority): the most urgent class is the last to go");
}

TEST(PowerConfig, WhatIsOffAtSomeHoursOnlyDoesNotCountForADeeperStage) {
  EXPECT_EQ(
      order_of_stages("    - {id: a, below: 50, from: \"23:00\", to: \"05:00\", classes_off: [public]}\n"
                      "    - {id: b, below: 40, classes_off: [school]}\n"),
      "site.yaml:11:26: shedding.stages[b].classes_off: takes all from 'school' and nothing from 'public', which is "
      "less urgent (priority): the most urgent class is the last to go");
}

TEST(PowerConfig, NamesVoltagesAndLinesThatContradictEachOtherAreTold) {
  EXPECT_EQ(
      errors_of(with(R"(battery: {chemistry: lead_acid, capacity: 200Ah}
power:
  - {id: charger, kind: vedirect, device: /dev/ttyUSB0}
shedding:
  stages: [{id: a, below: 40, below_volts: 23.5V}]
  relays: [{id: charger, modbus: {device: /dev/ttyUSB0, coil: 1}}]
)")),
      "site.yaml:10:44: shedding.stages[a].below_volts: does not fit a battery of this nominal voltage\n"
      "site.yaml:11:17: shedding.relays[charger].id: 'charger' is already the name of another device\n"
      "site.yaml:11:43: shedding.relays[charger].modbus.device: is already read as 'charger': a serial port has one "
      "reader");
}

TEST(PowerConfig, TwoNamesForOneRelayAreRefused) {
  EXPECT_EQ(errors_of(with(R"(battery: {chemistry: lead_acid, capacity: 200Ah}
shedding:
  stages: [{id: a, below: 40, relays_off: [camera, pump]}]
  relays:
    - {id: camera, gpio: {chip: /dev/gpiochip0, line: 17}}
    - {id: lamp, gpio: {chip: /dev/gpiochip0, line: 18}}
    - {id: pump, gpio: {chip: /dev/gpiochip0, line: 17, active_low: true}}
    - {id: fan, modbus: {endpoint: "10.0.0.4:502", coil: 1}}
    - {id: fan-2, modbus: {endpoint: "10.0.0.4:502", coil: 1, unit: 1}}
    - {id: fan-3, modbus: {endpoint: "10.0.0.4:502", coil: 1, unit: 2}}
    - {id: radio, snmp: {snmp: {endpoint: "10.0.0.7:161"}, oid: 1.3.6.1.4.1.45621.2.2.1.0}}
    - {id: radio-2, snmp: {snmp: {endpoint: "10.0.0.7:161", community: w}, oid: .1.3.6.1.4.1.45621.2.2.1.0}}
)")),
            "site.yaml:12:7: shedding.relays[pump]: switches the same as relay 'camera': /dev/gpiochip0 line 17\n"
            "site.yaml:14:7: shedding.relays[fan-2]: switches the same as relay 'fan': 10.0.0.4:502 unit 1 coil 1\n"
            "site.yaml:17:7: shedding.relays[radio-2]: switches the same as relay 'radio': 10.0.0.7:161 "
            "1.3.6.1.4.1.45621.2.2.1.0");
}

TEST(PowerConfig, TwoSpeedsOnOneLineAreRefused) {
  EXPECT_EQ(errors_of(with(R"(power:
  - {id: tracer, kind: modbus, device: /dev/ttyUSB1, baud: 115200}
  - {id: meter, kind: modbus, device: /dev/ttyUSB1, unit: 2}
)")),
            "power[meter]: another device on /dev/ttyUSB1 has another speed, parity or stop bits");
}

}  // namespace
}  // namespace karkara
