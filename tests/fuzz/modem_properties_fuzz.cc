// Any properties, of any type, under the names that are asked for: what is decoded is within what the facts promise.
// The bytes are a small program that builds objects.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/codec/modem_properties.h"

namespace {

using namespace karkara;

void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_{data}, left_{size} {}
  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::uint8_t next() { return left_ == 0 ? std::uint8_t{0} : (--left_, *data_++); }
  std::string text() {
    std::string out;
    for (std::size_t length = next() % 24U; length > 0 && left_ > 0; --length) {
      out.push_back(static_cast<char>(next()));
    }
    return out;
  }

 private:
  const std::uint8_t* data_;
  std::size_t left_;
};

constexpr std::string_view kPaths[] = {"/m", "/s", "/b", "/b2", "/"};
constexpr std::string_view kInterfaces[] = {kModemInterface,  kModem3gppInterface, kUssdInterface,
                                            kSignalInterface, kSimInterface,       kBearerInterface};
constexpr std::string_view kNames[] = {"Device",
                                       "DeviceIdentifier",
                                       "EquipmentIdentifier",
                                       "Model",
                                       "State",
                                       "StateFailedReason",
                                       "PowerState",
                                       "AccessTechnologies",
                                       "UnlockRequired",
                                       "UnlockRetries",
                                       "SignalQuality",
                                       "Sim",
                                       "SimSlots",
                                       "PrimarySimSlot",
                                       "Bearers",
                                       "Imei",
                                       "RegistrationState",
                                       "OperatorCode",
                                       "OperatorName",
                                       "Rate",
                                       "Lte",
                                       "Umts",
                                       "Gsm",
                                       "Nr5g",
                                       "SimIdentifier",
                                       "OperatorIdentifier",
                                       "Imsi",
                                       "Connected",
                                       "Interface",
                                       "Ip4Config",
                                       "Ip6Config",
                                       "ConnectionError",
                                       "rsrp",
                                       "rsrq",
                                       "method",
                                       "address",
                                       "prefix",
                                       "gateway",
                                       "dns1",
                                       "mtu"};

template <std::size_t N>
std::string pick(const std::string_view (&from)[N], Bytes& bytes) {
  return std::string{from[bytes.next() % N]};
}

BusValue value(Bytes& bytes, int depth) {
  switch (bytes.next() % 9U) {
    case 0: return {bytes.next() % 2U == 0};
    case 1: return {static_cast<std::int64_t>(static_cast<std::int8_t>(bytes.next()))};
    case 2: return {std::uint64_t{bytes.next()}};
    case 3: return {-static_cast<double>(bytes.next()) * (bytes.next() % 16U == 0 ? 1e308 : 1.0)};
    case 4: return {bytes.text()};
    case 5: return {BusPath{pick(kPaths, bytes)}};
    case 6: {
      BusList list;
      for (unsigned n = bytes.next() % 5U; depth < 4 && n > 0; --n) {
        list.push_back(value(bytes, depth + 1));
      }
      return {std::move(list)};
    }
    case 7: {
      BusDict dict;
      for (unsigned n = bytes.next() % 6U; depth < 4 && n > 0; --n) {
        std::string name = pick(kNames, bytes);
        dict.insert_or_assign(std::move(name), value(bytes, depth + 1));
      }
      return {std::move(dict)};
    }
    default: return {};
  }
}

void check_signal(const RadioSignal& signal) {
  for (const auto& level : {signal.rssi, signal.rsrp, signal.rscp}) {
    require(!level || (level->value() >= -170 && level->value() <= 0), "a level in dBm");
  }
  for (const auto& ratio : {signal.rsrq, signal.snr, signal.ecio}) {
    require(!ratio || (ratio->value() >= -60 && ratio->value() <= 60), "a ratio in dB");
  }
}

void check(const ModemFacts& facts) {
  require(!facts.device.empty() && facts.device.size() <= 255, "the device");
  require(!facts.iccid || facts.iccid->find_first_of(" \n") == std::string::npos, "the card's number");
  require(!facts.home_operator || facts.home_operator->size() <= 6, "no more of the IMSI than its operator");
  require(!facts.active_slot || (*facts.active_slot >= 1 && *facts.active_slot <= 8), "the slot");
  require(facts.slots.size() <= 8, "the number of slots");
  require(!facts.quality || facts.quality->value() <= 100, "the quality");
  check_signal(facts.signal.lte);
  check_signal(facts.signal.umts);
  if (facts.bearer && facts.bearer->interface) {
    require(facts.bearer->interface->size() <= 15 && facts.bearer->interface->find('/') == std::string::npos,
            "the interface's name");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes{data, size};
  BusObjects objects;
  objects["/m"][std::string{kModemInterface}]["Device"] = {std::string{"usb"}};
  for (int n = 0; n < 60 && !bytes.empty(); ++n) {
    const std::string path = pick(kPaths, bytes);
    const std::string interface = pick(kInterfaces, bytes);
    std::string name = pick(kNames, bytes);
    objects[path][interface].insert_or_assign(std::move(name), value(bytes, 0));
  }
  for (const std::string_view path : kPaths) {
    if (const auto facts = decode_modem(objects, path)) {
      check(*facts);
    }
  }
  const Error error = decode_modem_error(bytes.text(), bytes.text());
  require(error.text.find('\n') == std::string::npos, "an error of one line");
  return 0;
}
