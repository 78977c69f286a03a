// What ModemManager tells of one modem, and what may be asked of one, as plain values. A property that is missing or of
// a wrong type is absent, never zero; a subscriber's number (IMSI) is kept only down to its operator. Made by
// agent/io/modem_manager, read by agent/cellular.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/ip.h"
#include "common/result.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

// The numbers of these enumerations are ModemManager's own.
enum class ModemState : std::int8_t {
  Failed = -1,
  Unknown = 0,
  Initializing = 1,
  Locked = 2,
  Disabled = 3,
  Disabling = 4,
  Enabling = 5,
  Enabled = 6,
  Searching = 7,
  Registered = 8,
  Disconnecting = 9,
  Connecting = 10,
  Connected = 11,
};
enum class ModemFailure : std::uint8_t {
  None = 0,
  Unknown = 1,
  SimMissing = 2,
  SimError = 3,
  UnknownCapabilities = 4,
  EsimWithoutProfiles = 5,
};
enum class ModemPower : std::uint8_t { Unknown = 0, Off = 1, Low = 2, On = 3 };
enum class SimLock : std::uint8_t {
  Unknown = 0,
  None = 1,
  Pin = 2,
  Pin2 = 3,
  Puk = 4,
  Puk2 = 5,
  Other = 6,  // 6 to 16: the device is locked to an operator or a card
};
enum class Registration : std::uint8_t {
  Idle = 0,
  Home = 1,
  Searching = 2,
  Denied = 3,
  Unknown = 4,
  Roaming = 5,
  HomeSmsOnly = 6,
  RoamingSmsOnly = 7,
  EmergencyOnly = 8,
  HomeNoCsfb = 9,
  RoamingNoCsfb = 10,
  AttachedRlos = 11,
};
enum class UssdState : std::uint8_t { Unknown = 0, Idle = 1, Active = 2, UserResponse = 3 };
enum class BearerIpMethod : std::uint8_t { Unknown = 0, Ppp = 1, Static = 2, Dhcp = 3 };

// Bits of ModemFacts::access_technologies.
inline constexpr std::uint32_t kAccess2g = 0x1eU;     // GSM, compact, GPRS, EDGE
inline constexpr std::uint32_t kAccess3g = 0x3e0U;    // UMTS, HSDPA, HSUPA, HSPA, HSPA+
inline constexpr std::uint32_t kAccess4g = 0x34000U;  // LTE, LTE-M, NB-IoT
inline constexpr std::uint32_t kAccess5g = 0x8000U;

struct SimSlot {
  bool occupied = false;
  std::optional<std::string> iccid;
  friend bool operator==(const SimSlot&, const SimSlot&) = default;
};

struct RadioSignal {
  std::optional<Dbm> rssi;
  std::optional<Dbm> rsrp;  // LTE and 5G
  std::optional<Db> rsrq;
  std::optional<Db> snr;
  std::optional<Dbm> rscp;  // UMTS
  std::optional<Db> ecio;
  [[nodiscard]] bool empty() const { return *this == RadioSignal{}; }
  friend bool operator==(const RadioSignal&, const RadioSignal&) = default;
};
struct ModemSignal {
  RadioSignal gsm;
  RadioSignal umts;
  RadioSignal lte;
  RadioSignal nr5g;
  friend bool operator==(const ModemSignal&, const ModemSignal&) = default;
};

struct BearerIp {
  BearerIpMethod method = BearerIpMethod::Unknown;
  std::optional<IpPrefix> address;  // static only
  std::optional<IpAddress> gateway;
  std::vector<IpAddress> dns;
  std::optional<std::uint32_t> mtu;
  friend bool operator==(const BearerIp&, const BearerIp&) = default;
};
struct BearerFacts {
  std::string path;
  std::optional<bool> connected;
  std::optional<std::string> interface;
  std::optional<BearerIp> v4;
  std::optional<BearerIp> v6;
  std::optional<std::string> error;  // D-Bus name of what ended or refused the last connection
  friend bool operator==(const BearerFacts&, const BearerFacts&) = default;
};

struct ModemFacts {
  std::string device;  // the physical device: stays the same when the modem is created again under another path
  std::string path;    // D-Bus object, "/org/freedesktop/ModemManager1/Modem/0"
  std::optional<std::string> equipment;  // IMEI
  std::optional<std::string> model;
  std::optional<ModemState> state;
  std::optional<ModemFailure> failure;
  std::optional<ModemPower> power;
  std::optional<std::uint32_t> access_technologies;
  std::optional<Registration> registration;
  std::optional<std::string> operator_code;  // MCC and MNC of the network that it is registered in
  std::optional<std::string> operator_name;
  std::optional<std::string> iccid;          // of the active SIM
  std::optional<std::string> home_operator;  // MCC and MNC of the SIM
  std::optional<SimLock> lock;
  std::optional<std::uint32_t> pin_tries_left;
  std::optional<std::uint32_t> puk_tries_left;
  std::vector<SimSlot> slots;                // empty: one fixed slot
  std::optional<std::uint32_t> active_slot;  // from 1
  ModemSignal signal;
  std::optional<std::uint32_t> signal_interval_seconds;  // 0: the modem is not asked
  std::optional<Percent> quality;                        // only when recent
  std::optional<BearerFacts> bearer;                     // the connected one, else the first
  std::optional<UssdState> ussd;
  friend bool operator==(const ModemFacts&, const ModemFacts&) = default;
};

// --- events -------------------------------------------------------------------------------------------------------
struct ModemSeen {
  ModemFacts facts;
};  // whenever something in it changed
struct ModemGone {
  std::string device;
  std::string path;  // a re-created modem may be seen under its new path before it goes from the old one
};
struct ModemBusState {
  bool available = false;
  std::string why;
};  // ModemManager itself; when it goes, ModemGone follows for each modem
struct ModemCommandDone {
  std::uint64_t id = 0;
  Status status;
  std::string text;  // the network's answer to USSD; by what its power was cut; else empty
};

// --- effects ------------------------------------------------------------------------------------------------------
enum class ApnAuth : std::uint8_t { Unset, None, Pap, Chap, PapOrChap };
enum class PdpType : std::uint8_t { V4, V6, V4V6 };

struct ModemEnable {
  bool enabled = true;
  friend bool operator==(const ModemEnable&, const ModemEnable&) = default;
};
struct ModemConnect {
  std::string apn;
  std::string user;
  std::string password;
  ApnAuth auth = ApnAuth::Unset;
  PdpType ip_type = PdpType::V4;
  bool allow_roaming = false;
  std::string number;  // dialled by old serial modems only
  friend bool operator==(const ModemConnect&, const ModemConnect&) = default;
};
struct ModemDisconnect {
  friend bool operator==(const ModemDisconnect&, const ModemDisconnect&) = default;
};
struct ModemReset {
  friend bool operator==(const ModemReset&, const ModemReset&) = default;
};
struct ModemSendPin {
  std::string pin;
  friend bool operator==(const ModemSendPin&, const ModemSendPin&) = default;
};
struct ModemSetPrimarySlot {
  std::uint32_t slot = 1;
  friend bool operator==(const ModemSetPrimarySlot&, const ModemSetPrimarySlot&) = default;
};
struct ModemUssdInitiate {
  std::string code;
  friend bool operator==(const ModemUssdInitiate&, const ModemUssdInitiate&) = default;
};
struct ModemUssdRespond {
  std::string text;
  friend bool operator==(const ModemUssdRespond&, const ModemUssdRespond&) = default;
};
struct ModemUssdCancel {
  friend bool operator==(const ModemUssdCancel&, const ModemUssdCancel&) = default;
};
struct ModemSetupSignal {
  std::uint32_t seconds = 30;
  friend bool operator==(const ModemSetupSignal&, const ModemSetupSignal&) = default;
};
using ModemDeed =
    std::variant<ModemEnable, ModemConnect, ModemDisconnect, ModemReset, ModemSendPin, ModemSetPrimarySlot,
                 ModemUssdInitiate, ModemUssdRespond, ModemUssdCancel, ModemSetupSignal>;

// Holds secrets (PIN, password): say only describe() of it.
struct ModemCommand {
  std::uint64_t id = 0;
  std::string device;
  ModemDeed deed;
  friend bool operator==(const ModemCommand&, const ModemCommand&) = default;
};  // -> ModemCommandDone, always

// Exactly one of the three ways is set.
struct PowerCycleModem {
  std::uint64_t id = 0;
  std::vector<std::string> command;  // argv of a program that cuts the power and gives it back
  std::string usb_port;              // "1-1.2" below /sys/bus/usb/devices: its hub's port, else its authorisation
  Duration off_for = std::chrono::seconds{10};
  std::string relay{};  // the id of the relay that feeds it: agent/site carries that out
  friend bool operator==(const PowerCycleModem&, const PowerCycleModem&) = default;
};  // -> ModemCommandDone, always

struct RebootRouter {
  std::string why;
  std::vector<std::string> command{};  // -> ModemCommandDone, unless the router goes down first
  std::uint64_t id = 0;
  friend bool operator==(const RebootRouter&, const RebootRouter&) = default;
};

}  // namespace karkara
