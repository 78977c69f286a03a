#include "agent/codec/modem_properties.h"

#include <gmock/gmock.h>

#include <limits>

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kModem = "/org/freedesktop/ModemManager1/Modem/3";
const std::string kSim = "/org/freedesktop/ModemManager1/SIM/5";
const std::string kBearer = "/org/freedesktop/ModemManager1/Bearer/2";

BusValue number(std::uint64_t n) {
  return {n};
}
BusValue text(std::string s) {
  return {std::move(s)};
}
BusValue path(std::string p) {
  return {BusPath{std::move(p)}};
}
BusValue list(BusList entries) {
  return {std::move(entries)};
}

BusObjects connected_modem() {
  BusObjects objects;
  objects[kModem][std::string{kModemInterface}] = {
      {"Device", text("/sys/devices/usb1/1-1")},
      {"EquipmentIdentifier", text("001100110011002")},
      {"State", {std::int64_t{11}}},
      {"PowerState", number(3)},
      {"AccessTechnologies", number(1U << 14U)},
      {"UnlockRequired", number(1)},
      {"UnlockRetries", list({list({number(2), number(3)}), list({number(4), number(10)})})},
      {"SignalQuality", list({number(71), {true}})},
      {"Sim", path(kSim)},
      {"SimSlots", list({path(kSim), path("/")})},
      {"PrimarySimSlot", number(1)},
      {"Bearers", list({path("/org/freedesktop/ModemManager1/Bearer/1"), path(kBearer)})},
  };
  objects[kModem][std::string{kModem3gppInterface}] = {
      {"RegistrationState", number(1)}, {"OperatorCode", text("61402")}, {"OperatorName", text("Réseau")}};
  objects[kModem][std::string{kSignalInterface}] = {
      {"Rate", number(30)},
      {"Lte", {BusDict{{"rsrp", {-97.0}}, {"rsrq", {-11.5}}, {"rssi", {-std::numeric_limits<double>::max()}}}}}};
  objects[kSim][std::string{kSimInterface}] = {{"SimIdentifier", text("8922701000000000001F")},
                                               {"Imsi", text("614021234567890")}};
  objects[kBearer][std::string{kBearerInterface}] = {{"Connected", {true}},
                                                     {"Interface", text("wwan0")},
                                                     {"Ip4Config",
                                                      {BusDict{{"method", number(2)},
                                                               {"address", text("10.64.3.9")},
                                                               {"prefix", number(30)},
                                                               {"gateway", text("10.64.3.10")},
                                                               {"dns1", text("10.0.0.53")},
                                                               {"dns2", text("nonsense")},
                                                               {"mtu", number(1460)}}}}};
  return objects;
}

TEST(ModemProperties, DecodesAConnectedModem) {
  const auto facts = decode_modem(connected_modem(), kModem);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->device, "/sys/devices/usb1/1-1");
  EXPECT_EQ(facts->state, ModemState::Connected);
  EXPECT_EQ(facts->lock, SimLock::None);
  EXPECT_EQ(facts->pin_tries_left, 3U);
  EXPECT_EQ(facts->puk_tries_left, 10U);
  EXPECT_EQ(facts->iccid, "8922701000000000001F");
  EXPECT_EQ(facts->operator_name, "Réseau");
  EXPECT_EQ(facts->quality, Percent{71});
  EXPECT_EQ(facts->signal.lte.rsrp, Dbm{-97});
  ASSERT_EQ(facts->slots.size(), 2U);
  EXPECT_TRUE(facts->slots[0].occupied);
  EXPECT_EQ(facts->slots[0].iccid, facts->iccid);
  EXPECT_FALSE(facts->slots[1].occupied);
  ASSERT_TRUE(facts->bearer);
  EXPECT_EQ(facts->bearer->interface, "wwan0") << "the connected bearer, not the first";
  EXPECT_EQ(facts->bearer->v4->address, IpPrefix::parse("10.64.3.9/30"));
  EXPECT_EQ(facts->bearer->v4->dns.size(), 1U);
  EXPECT_EQ(facts->bearer->v4->mtu, 1460U);
}

TEST(ModemProperties, ASentinelIsAbsent) {
  const auto facts = decode_modem(connected_modem(), kModem);
  EXPECT_FALSE(facts->signal.lte.rssi) << "ModemManager's unknown level";
  BusObjects objects = connected_modem();
  BusDict& modem = objects[kModem][std::string{kModemInterface}];
  modem["UnlockRetries"] = list({list({number(2), number(999)})});
  modem["SignalQuality"] = list({number(71), {false}});
  modem["PrimarySimSlot"] = number(0);
  objects[kModem][std::string{kSignalInterface}]["Lte"] = {BusDict{{"rsrp", {std::numeric_limits<double>::quiet_NaN()}},
                                                                   {"snr", {std::numeric_limits<double>::infinity()}}}};
  const auto absent = decode_modem(objects, kModem);
  EXPECT_FALSE(absent->pin_tries_left);
  EXPECT_FALSE(absent->quality) << "a cached quality is not one";
  EXPECT_FALSE(absent->active_slot);
  EXPECT_TRUE(absent->signal.lte.empty());
}

TEST(ModemProperties, KeepsOfTheSubscribersNumberOnlyTheOperator) {
  const auto facts = decode_modem(connected_modem(), kModem);
  EXPECT_EQ(facts->home_operator, "61402");
}

TEST(ModemProperties, AWrongTypeIsAbsentForEveryProperty) {
  const std::vector<BusValue> wrong = {{std::monostate{}},
                                       {true},
                                       {std::int64_t{-7}},
                                       {std::uint64_t{1} << 60U},
                                       {1e300},
                                       text("\x01"),
                                       path("/"),
                                       list({list({})}),
                                       {BusDict{{"method", text("static")}}}};
  const BusObjects good = connected_modem();
  for (const auto& [object, interfaces] : good) {
    for (const auto& [interface, properties] : interfaces) {
      for (const auto& [name, value] : properties) {
        for (const BusValue& other : wrong) {
          if (other.is.index() == value.is.index() || name == "Device") {
            continue;
          }
          BusObjects objects = good;
          objects[object][interface][name] = other;
          const auto spoilt = decode_modem(objects, kModem);
          objects[object][interface].erase(name);
          const auto without = decode_modem(objects, kModem);
          ASSERT_TRUE(spoilt && without);
          EXPECT_EQ(*spoilt, *without) << interface << "." << name << " as type " << other.is.index();
        }
      }
    }
  }
}

TEST(ModemProperties, WithoutADeviceThereIsNoModem) {
  BusObjects objects = connected_modem();
  objects[kModem][std::string{kModemInterface}]["Device"] = number(4);
  EXPECT_FALSE(decode_modem(objects, kModem));
  objects[kModem][std::string{kModemInterface}]["DeviceIdentifier"] = text("0a1b");
  EXPECT_EQ(decode_modem(objects, kModem)->device, "0a1b");
  EXPECT_FALSE(decode_modem(objects, "/elsewhere"));
}

TEST(ModemProperties, AnInterfaceNameThatIsNoneIsAbsent) {
  for (const char* name : {"", "..", "wwan0; reboot", "averyveryverylongname", "a/b"}) {
    BusObjects objects = connected_modem();
    objects[kBearer][std::string{kBearerInterface}]["Interface"] = text(name);
    EXPECT_FALSE(decode_modem(objects, kModem)->bearer->interface) << name;
  }
}

TEST(ModemProperties, AnAddressOfTheOtherFamilyIsAbsent) {
  BusObjects objects = connected_modem();
  objects[kBearer][std::string{kBearerInterface}]["Ip4Config"] = {
      BusDict{{"method", number(2)}, {"address", text("2001:db8::1")}, {"prefix", number(64)}}};
  const auto facts = decode_modem(objects, kModem);
  EXPECT_EQ(facts->bearer->v4->method, BearerIpMethod::Static);
  EXPECT_FALSE(facts->bearer->v4->address);
}

TEST(ModemProperties, NamesTheObjectsToAskFor) {
  const BusObjects objects = connected_modem();
  EXPECT_THAT(sims_of(objects, kModem), ElementsAre(kSim));
  EXPECT_THAT(bearers_of(objects, kModem), ElementsAre("/org/freedesktop/ModemManager1/Bearer/1", kBearer));
  EXPECT_THAT(sims_of(objects, "/elsewhere"), IsEmpty());
}

TEST(ModemErrors, TellAWrongPinFromAModemThatHangs) {
  const std::string prefix = "org.freedesktop.ModemManager1.Error.";
  EXPECT_EQ(decode_modem_error(prefix + "MobileEquipment.IncorrectPassword", "x").code, ErrorCode::PermissionDenied);
  EXPECT_EQ(decode_modem_error("org.freedesktop.DBus.Error.NoReply", "").code, ErrorCode::DeadlineExceeded);
  EXPECT_EQ(decode_modem_error(prefix + "Serial.ResponseTimeout", "").code, ErrorCode::DeadlineExceeded);
  EXPECT_EQ(decode_modem_error(prefix + "Core.Aborted", "").code, ErrorCode::Aborted);
  EXPECT_EQ(decode_modem_error("", "").code, ErrorCode::Internal);
  EXPECT_THAT(decode_modem_error(prefix + "Core.Failed", "bad\nnews").text, HasSubstr("Failed: bad?news"));
}

}  // namespace
}  // namespace karkara
