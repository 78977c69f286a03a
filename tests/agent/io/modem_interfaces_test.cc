// What the fake offers, what the true daemon offers and what we use are the same interfaces: those of Debian's D-Bus
// XML, read where it is installed.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "agent/codec/modem_properties.h"
#include "tests/agent/io/modem_bus.h"

namespace karkara {
namespace {

using testing::Contains;

std::string attribute(std::string_view tag, const std::string& name) {
  const std::size_t at = tag.find(" " + name + "=\"");
  if (at == std::string_view::npos) {
    return {};
  }
  const std::size_t begin = at + name.size() + 3;
  return std::string{tag.substr(begin, tag.find('"', begin) - begin)};
}

// "INTERFACE.State i", "INTERFACE.Enable(b)", "INTERFACE.Initiate(s)->s", "INTERFACE.StateChanged<iiu>".
std::set<std::string> members_in(std::string xml) {
  for (std::size_t at = xml.find("<!--"); at != std::string::npos; at = xml.find("<!--", at)) {
    xml.erase(at, xml.find("-->", at) + 3 - at);
  }
  std::set<std::string> members;
  std::string interface;
  std::string open;
  std::string in;
  std::string out;
  const auto close = [&](bool signal) {
    if (!open.empty()) {
      members.insert(interface + "." + open + (signal ? "<" + in + ">" : "(" + in + ")->" + out));
    }
    open = in = out = {};
  };
  for (std::size_t at = xml.find('<'); at != std::string::npos; at = xml.find('<', at + 1)) {
    std::string tag = xml.substr(at + 1, xml.find('>', at) - at - 1);
    std::replace(tag.begin(), tag.end(), '\n', ' ');
    const bool ended = tag.ends_with('/');
    if (tag.starts_with("interface ")) {
      interface = attribute(tag, "name");
    } else if (tag.starts_with("property ")) {
      members.insert(interface + "." + attribute(tag, "name") + " " + attribute(tag, "type"));
    } else if (tag.starts_with("method ") || tag.starts_with("signal ")) {
      open = attribute(tag, "name");
      if (ended) {
        close(tag.starts_with("signal "));
      }
    } else if (tag.starts_with("arg ")) {
      (attribute(tag, "direction") == "out" ? out : in) += attribute(tag, "type");
    } else if (tag == "/method" || tag == "/signal") {
      close(tag == "/signal");
    }
  }
  return members;
}

std::set<std::string> members_of_debian(std::string_view interface) {
  std::ifstream in{"/usr/share/dbus-1/interfaces/" + std::string{interface} + ".xml"};
  return members_in({std::istreambuf_iterator<char>{in}, {}});
}

std::set<std::string> only(const std::set<std::string>& members, std::string_view interface) {
  std::set<std::string> out;
  for (const std::string& member : members) {
    const bool of_it = member.starts_with(interface) && member[interface.size()] == '.' &&
                       member.find('.', interface.size() + 1) == std::string::npos;
    if (of_it) {
      out.insert(member);
    }
  }
  return out;
}

constexpr std::string_view kModemParts[] = {kModemInterface, kModem3gppInterface, kUssdInterface, kSignalInterface,
                                            kSimpleInterface};

TEST(ModemInterfaces, TheFakeOffersExactlyWhatTheXmlNames) {
  if (const std::string why = ModemBus::why_impossible(); !why.empty()) {
    GTEST_SKIP() << why;
  }
  ModemBus bus;
  bus.start_fake();
  const auto modem = members_in(bus.introspect("/org/freedesktop/ModemManager1/Modem/0"));
  for (const std::string_view interface : kModemParts) {
    EXPECT_FALSE(members_of_debian(interface).empty());
    EXPECT_EQ(only(modem, interface), members_of_debian(interface)) << interface;
  }
  const auto sim = members_in(bus.introspect("/org/freedesktop/ModemManager1/SIM/0"));
  EXPECT_EQ(only(sim, kSimInterface), members_of_debian(kSimInterface));
}

TEST(ModemInterfaces, EverythingThatWeCallOrReadHasTheTypeThatWeTakeItFor) {
  if (::access("/usr/share/dbus-1/interfaces/org.freedesktop.ModemManager1.xml", R_OK) != 0) {
    GTEST_SKIP() << "modemmanager-dev is not installed";
  }
  struct Use {
    std::string_view interface;
    std::vector<std::string> members;
  };
  const std::vector<Use> uses = {
      {kModemInterface,
       {"Enable(b)->", "Reset()->", "SetPrimarySimSlot(u)->", "State i", "StateFailedReason u", "PowerState u",
        "AccessTechnologies u", "UnlockRequired u", "UnlockRetries a{uu}", "SignalQuality (ub)", "Sim o", "SimSlots ao",
        "PrimarySimSlot u", "Bearers ao", "Device s", "DeviceIdentifier s", "EquipmentIdentifier s", "Model s"}},
      {kModem3gppInterface, {"Imei s", "RegistrationState u", "OperatorCode s", "OperatorName s"}},
      {kUssdInterface, {"Initiate(s)->s", "Respond(s)->s", "Cancel()->", "State u"}},
      {kSignalInterface, {"Setup(u)->", "Rate u", "Gsm a{sv}", "Umts a{sv}", "Lte a{sv}", "Nr5g a{sv}"}},
      {kSimpleInterface, {"Connect(a{sv})->o", "Disconnect(o)->"}},
      {kSimInterface, {"SendPin(s)->", "SimIdentifier s", "Imsi s", "OperatorIdentifier s"}},
      {kBearerInterface, {"Interface s", "Connected b", "ConnectionError (ss)", "Ip4Config a{sv}", "Ip6Config a{sv}"}},
  };
  for (const Use& use : uses) {
    const auto members = members_of_debian(use.interface);
    for (const std::string& member : use.members) {
      EXPECT_THAT(members, Contains(std::string{use.interface} + "." + member));
    }
  }
}

}  // namespace
}  // namespace karkara
