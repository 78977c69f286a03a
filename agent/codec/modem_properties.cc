#include "agent/codec/modem_properties.h"

#include <algorithm>
#include <array>

#include "agent/codec/bus_fields.h"

namespace karkara {
namespace {

constexpr std::size_t kMostSlots = 8;
constexpr std::size_t kMostBearers = 16;

const BusDict& properties(const BusObjects& objects, std::string_view path, std::string_view interface) {
  static const BusDict kNone;
  const auto object = objects.find(path);
  if (object == objects.end()) {
    return kNone;
  }
  const auto found = object->second.find(interface);
  return found != object->second.end() ? found->second : kNone;
}

std::optional<std::string> object_path(const BusValue& value) {
  const BusPath* path = value.as<BusPath>();
  return path && path->text.size() > 1 ? std::optional{path->text} : std::nullopt;
}

// Every entry, so that positions stay; "/" and what is no path are nothing.
std::vector<std::optional<std::string>> paths_in(const BusDict& dict, std::string_view key, std::size_t most) {
  std::vector<std::optional<std::string>> paths;
  const BusValue* value = bus_field(dict, key);
  if (const BusList* list = value ? value->as<BusList>() : nullptr) {
    for (std::size_t i = 0; i < std::min(most, list->size()); ++i) {
      paths.push_back(object_path((*list)[i]));
    }
  }
  return paths;
}

std::vector<std::string> existing(std::vector<std::optional<std::string>> paths) {
  std::vector<std::string> out;
  for (auto& path : paths) {
    if (path && std::find(out.begin(), out.end(), *path) == out.end()) {
      out.push_back(std::move(*path));
    }
  }
  return out;
}

std::optional<SimLock> lock_in(const BusDict& modem) {
  const auto lock = unsigned_field(modem, "UnlockRequired", 0, 16);
  return lock ? std::optional{static_cast<SimLock>(std::min<std::uint64_t>(*lock, 6))} : std::nullopt;
}

// a{uu}: lock to tries; 999 is ModemManager's "unknown".
std::optional<std::uint32_t> tries_in(const BusDict& modem, SimLock lock) {
  const BusValue* value = bus_field(modem, "UnlockRetries");
  const BusList* list = value ? value->as<BusList>() : nullptr;
  for (const BusValue& entry : list ? *list : BusList{}) {
    const BusList* pair = entry.as<BusList>();
    if (!pair || pair->size() != 2) {
      continue;
    }
    const auto* key = (*pair)[0].as<std::uint64_t>();
    const auto* tries = (*pair)[1].as<std::uint64_t>();
    if (key && tries && *key == static_cast<std::uint64_t>(lock) && *tries <= 255) {
      return static_cast<std::uint32_t>(*tries);
    }
  }
  return std::nullopt;
}

std::optional<Percent> quality_in(const BusDict& modem) {
  const BusValue* value = bus_field(modem, "SignalQuality");
  const BusList* pair = value ? value->as<BusList>() : nullptr;
  if (!pair || pair->size() != 2) {
    return std::nullopt;
  }
  const auto* percent = (*pair)[0].as<std::uint64_t>();
  const bool* recent = (*pair)[1].as<bool>();
  const bool good = percent && *percent <= 100 && recent && *recent;
  return good ? std::optional{Percent{static_cast<double>(*percent)}} : std::nullopt;
}

RadioSignal radio_in(const BusDict& signal, std::string_view technology) {
  const BusValue* value = bus_field(signal, technology);
  const BusDict* dict = value ? value->as<BusDict>() : nullptr;
  if (!dict) {
    return {};
  }
  const auto dbm = [&](std::string_view key) {
    const auto number = real_field(*dict, key, -170, 0);
    return number ? std::optional{Dbm{*number}} : std::nullopt;
  };
  const auto db = [&](std::string_view key) {
    const auto number = real_field(*dict, key, -60, 60);
    return number ? std::optional{Db{*number}} : std::nullopt;
  };
  return {dbm("rssi"), dbm("rsrp"), db("rsrq"), db("snr"), dbm("rscp"), db("ecio")};
}

std::optional<BearerIp> bearer_ip_in(const BusDict& bearer, std::string_view key, IpFamily family) {
  const BusValue* value = bus_field(bearer, key);
  const BusDict* dict = value ? value->as<BusDict>() : nullptr;
  const auto method = dict ? unsigned_field(*dict, "method", 1, 3) : std::nullopt;
  if (!method) {
    return std::nullopt;
  }
  const auto address_in = [&](std::string_view name) -> std::optional<IpAddress> {
    const BusValue* text = bus_field(*dict, name);
    const std::string* given = text ? text->as<std::string>() : nullptr;
    const auto address = given ? IpAddress::parse(*given) : std::nullopt;
    return address && address->family() == family && !address->is_unspecified() ? address : std::nullopt;
  };
  BearerIp ip;
  ip.method = static_cast<BearerIpMethod>(*method);
  const auto prefix = unsigned_field(*dict, "prefix", 1, family == IpFamily::V4 ? 32 : 128);
  if (const auto address = address_in("address"); address && prefix) {
    ip.address = IpPrefix{*address, static_cast<std::uint8_t>(*prefix)};
  }
  ip.gateway = address_in("gateway");
  for (const std::string_view name : {"dns1", "dns2", "dns3"}) {
    if (const auto server = address_in(name)) {
      ip.dns.push_back(*server);
    }
  }
  if (const auto mtu = unsigned_field(*dict, "mtu", family == IpFamily::V4 ? 576 : 1280, 9'216)) {
    ip.mtu = static_cast<std::uint32_t>(*mtu);
  }
  return ip;
}

BearerFacts bearer_facts(const std::string& path, const BusDict& bearer) {
  BearerFacts facts;
  facts.path = path;
  facts.connected = bool_field(bearer, "Connected");
  facts.interface = interface_field(bearer, "Interface");
  facts.v4 = bearer_ip_in(bearer, "Ip4Config", IpFamily::V4);
  facts.v6 = bearer_ip_in(bearer, "Ip6Config", IpFamily::V6);
  const BusValue* error = bus_field(bearer, "ConnectionError");
  if (const BusList* pair = error ? error->as<BusList>() : nullptr; pair && pair->size() == 2) {
    if (const std::string* name = (*pair)[0].as<std::string>(); name && !name->empty()) {
      facts.error = printable_text(*name, 100);
    }
  }
  return facts;
}

void read_modem(const BusDict& modem, ModemFacts& facts) {
  facts.equipment = digits_field(modem, "EquipmentIdentifier", 14, 17);
  facts.model = text_field(modem, "Model");
  facts.state = signed_enum<ModemState>(modem, "State", -1, 11);
  facts.failure = unsigned_enum<ModemFailure>(modem, "StateFailedReason", 5);
  facts.power = unsigned_enum<ModemPower>(modem, "PowerState", 3);
  if (const auto bits = unsigned_field(modem, "AccessTechnologies", 0, 0xffff'ffff)) {
    facts.access_technologies = static_cast<std::uint32_t>(*bits);
  }
  facts.lock = lock_in(modem);
  facts.pin_tries_left = tries_in(modem, SimLock::Pin);
  facts.puk_tries_left = tries_in(modem, SimLock::Puk);
  if (const auto slot = unsigned_field(modem, "PrimarySimSlot", 1, kMostSlots)) {
    facts.active_slot = static_cast<std::uint32_t>(*slot);
  }
  facts.quality = quality_in(modem);
}

void read_network(const BusDict& network, ModemFacts& facts) {
  facts.registration = unsigned_enum<Registration>(network, "RegistrationState", 11);
  facts.operator_code = digits_field(network, "OperatorCode", 5, 6);
  facts.operator_name = text_field(network, "OperatorName");
  if (!facts.equipment) {
    facts.equipment = digits_field(network, "Imei", 14, 17);
  }
}

void read_card(const BusDict& card, ModemFacts& facts) {
  facts.iccid = iccid_field(card, "SimIdentifier");
  facts.home_operator = digits_field(card, "OperatorIdentifier", 5, 6);
  if (const auto imsi = digits_field(card, "Imsi", 6, 15); imsi && !facts.home_operator) {
    facts.home_operator = imsi->substr(0, 5);  // whether its third digit of the network counts, the IMSI cannot tell
  }
}

}  // namespace

std::vector<std::string> sims_of(const BusObjects& objects, std::string_view modem) {
  auto paths = paths_in(properties(objects, modem, kModemInterface), "SimSlots", kMostSlots);
  paths.push_back(active_sim_of(objects, modem));
  return existing(std::move(paths));
}

std::vector<std::string> bearers_of(const BusObjects& objects, std::string_view modem) {
  return existing(paths_in(properties(objects, modem, kModemInterface), "Bearers", kMostBearers));
}

std::optional<std::string> active_sim_of(const BusObjects& objects, std::string_view modem) {
  const BusValue* value = bus_field(properties(objects, modem, kModemInterface), "Sim");
  return value ? object_path(*value) : std::nullopt;
}

std::optional<ModemFacts> decode_modem(const BusObjects& objects, std::string_view path) {
  const BusDict& modem = properties(objects, path, kModemInterface);
  auto device = text_field(modem, "Device", 255);
  if (!device) {
    device = text_field(modem, "DeviceIdentifier");
  }
  if (!device) {
    return std::nullopt;
  }
  ModemFacts facts;
  facts.device = *device;
  facts.path = path;
  read_modem(modem, facts);
  read_network(properties(objects, path, kModem3gppInterface), facts);
  facts.ussd = unsigned_enum<UssdState>(properties(objects, path, kUssdInterface), "State", 3);
  const BusDict& signal = properties(objects, path, kSignalInterface);
  facts.signal = {radio_in(signal, "Gsm"), radio_in(signal, "Umts"), radio_in(signal, "Lte"), radio_in(signal, "Nr5g")};
  if (const auto rate = unsigned_field(signal, "Rate", 0, 0xffff'ffff)) {
    facts.signal_interval_seconds = static_cast<std::uint32_t>(*rate);
  }
  if (const auto sim = active_sim_of(objects, path)) {
    read_card(properties(objects, *sim, kSimInterface), facts);
  }
  for (const auto& slot : paths_in(modem, "SimSlots", kMostSlots)) {
    facts.slots.push_back(
        {slot.has_value(),
         slot ? iccid_field(properties(objects, *slot, kSimInterface), "SimIdentifier") : std::nullopt});
  }
  for (const std::string& bearer : bearers_of(objects, path)) {
    const BearerFacts found = bearer_facts(bearer, properties(objects, bearer, kBearerInterface));
    if (!facts.bearer || (found.connected.value_or(false) && !facts.bearer->connected.value_or(false))) {
      facts.bearer = found;
    }
  }
  return facts;
}

Error decode_modem_error(std::string_view name, std::string_view message) {
  struct Class {
    std::string_view ending;
    ErrorCode code;
  };
  constexpr std::array<Class, 21> kClasses = {{
      {".MobileEquipment.IncorrectPassword", ErrorCode::PermissionDenied},
      {".MobileEquipment.SimPuk", ErrorCode::PermissionDenied},
      {".Core.Unauthorized", ErrorCode::Unauthenticated},
      {".AccessDenied", ErrorCode::Unauthenticated},
      {".Core.Cancelled", ErrorCode::Aborted},
      {".Core.Aborted", ErrorCode::Aborted},
      {".UnknownObject", ErrorCode::NotFound},
      {".UnknownMethod", ErrorCode::NotFound},
      {".UnknownInterface", ErrorCode::NotFound},
      {".ServiceUnknown", ErrorCode::NotFound},
      {".NameHasNoOwner", ErrorCode::NotFound},
      {".Core.NotFound", ErrorCode::NotFound},
      {".NoReply", ErrorCode::DeadlineExceeded},
      {".Timeout", ErrorCode::DeadlineExceeded},
      {".TimedOut", ErrorCode::DeadlineExceeded},
      {".Serial.ResponseTimeout", ErrorCode::DeadlineExceeded},
      {".Core.WrongState", ErrorCode::FailedPrecondition},
      {".Core.WrongSimState", ErrorCode::FailedPrecondition},
      {".Core.Unsupported", ErrorCode::FailedPrecondition},
      {".Core.InProgress", ErrorCode::Unavailable},
      {".Core.InvalidArgs", ErrorCode::InvalidArgument},
  }};
  const auto found =
      std::find_if(kClasses.begin(), kClasses.end(), [&](const Class& c) { return name.ends_with(c.ending); });
  const std::size_t dot = name.rfind('.');
  std::string text = printable_text(dot == std::string_view::npos ? name : name.substr(dot + 1), 60);
  if (!message.empty()) {
    text += ": " + printable_text(message, 160);
  }
  return {found != kClasses.end() ? found->code : ErrorCode::Internal, text};
}

}  // namespace karkara
