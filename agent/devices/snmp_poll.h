// How one device is looked at by SNMP: recognised by what it says about itself, asked for the objects of its table, its
// answers gathered to readings, its reboots and another device in its place noticed. Refuses to know when to ask: the
// caller has the clock. Used by the satellite terminals' watch and by the power devices.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/counter.h"
#include "agent/devices/device_table.h"
#include "agent/devices/poll_clock.h"
#include "agent/devices/readings.h"
#include "agent/facts/terminal.h"

namespace karkara {

struct SnmpPolled {
  DeviceId device;
  SnmpTarget target;
  std::string table = {};  // id of a device table; empty: recognised by what the device says about itself
  Duration deadline = std::chrono::seconds{3};  // of one question
};

enum class PollStep : std::uint8_t {
  Late,        // not the answer to the last question
  Failed,      // no answer, or an error
  AskMore,     // the same look goes on with PollResult::more
  Recognised,  // a table was found, maybe another one than before; the next look asks for its objects
  Unknown,     // it answers, but no table is for it
  Looked,      // readings() are those of now
};

struct PollResult {
  PollStep step = PollStep::Late;
  std::optional<SnmpGet> more = {};
  bool rebooted = false;
};

class SnmpPoll {
 public:
  using Tables = std::shared_ptr<const std::vector<DeviceTable>>;

  SnmpPoll(SnmpPolled polled, Tables tables) : polled_{std::move(polled)}, tables_{std::move(tables)} {}

  // Before the first look: no answer to an earlier poll of the same device is taken for one to this one's.
  void start(Instant now) { request_ = first_request(now); }
  SnmpGet look();  // the first question of a new look
  PollResult on(const SnmpAnswered& answered, Instant now);
  void forget();            // what answers next may be another device: it is recognised first
  void use(Tables tables);  // other ones: recognised again

  [[nodiscard]] const SnmpPolled& polled() const { return polled_; }
  [[nodiscard]] const std::vector<DeviceTable>& tables() const { return *tables_; }
  [[nodiscard]] const DeviceTable* table() const { return table_ ? &*table_ : nullptr; }
  [[nodiscard]] const DeviceIdentity& identity() const { return identity_; }
  [[nodiscard]] const std::optional<FirmwareVersion>& firmware() const { return firmware_; }
  [[nodiscard]] std::optional<std::uint32_t> uptime_hundredths() const;
  [[nodiscard]] const QuantityReadings& readings() const { return readings_; }  // of the last whole look
  // Why a device that answers is Unknown: "the terminal answers, but ...".
  [[nodiscard]] std::string why_unknown(std::string_view device) const;
  // True when it answers, but has no object of its table: the table is another device's.
  [[nodiscard]] bool has_nothing() const;

 private:
  enum class Asking : std::uint8_t { Identity, Objects, Columns };
  // What of an identity stays while a device does: a sysDescr may hold an uptime or a count.
  struct Kind {
    ObjectId sys_object_id = {};
    std::string table = {};
    std::optional<FirmwareVersion> firmware = {};
    friend bool operator==(const Kind&, const Kind&) = default;
  };
  SnmpGet question(Asking what, std::vector<ObjectId> oids);
  bool see_uptime(Instant now);
  [[nodiscard]] const DeviceTable* table_for(const DeviceIdentity& identity) const;
  [[nodiscard]] Kind kind_of(const DeviceIdentity& identity) const;
  PollStep recognise(DeviceIdentity identity);

  SnmpPolled polled_;
  Tables tables_;
  std::optional<DeviceTable> table_;  // recognised
  ObjectsToAsk objects_;
  DeviceIdentity identity_;
  std::optional<Kind> kind_;
  std::optional<FirmwareVersion> firmware_;
  Asking asking_ = Asking::Identity;
  std::uint64_t request_ = 0;
  VarBinds gathered_;
  QuantityReadings readings_;
  std::optional<UptimeLook> uptime_;
};

}  // namespace karkara
