// A mast with one power device that answers SNMP from a recording, or is silent, or is swapped; time is a number.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/devices/object_id.h"
#include "agent/power/snmp/snmp_device.h"
#include "tests/support/snmprec.h"

namespace karkara {

inline const ObjectId kBoxTree{1, 3, 6, 1, 4, 1, 99999};
inline const ObjectId kVoltsOid{1, 3, 6, 1, 4, 1, 99999, 1, 0};
inline const ObjectId kRelayOid{1, 3, 6, 1, 4, 1, 99999, 2, 0};
inline const ObjectId kCountOid{1, 3, 6, 1, 4, 1, 99999, 3, 0};
inline const ObjectId kTemperatureColumn{1, 3, 6, 1, 4, 1, 99999, 4};

inline ObjectRow row_of(const std::string& quantity, const ObjectId& oid) {
  ObjectRow row;
  row.id = row.quantity = quantity;
  row.oid = oid;
  return row;
}

inline std::vector<DeviceTable> mast_tables() {
  DeviceTable box;
  box.id = "box";
  box.title = "Power box";
  box.matches = {{kBoxTree, ""}};
  box.firmware_marker = "FW ";
  box.rows = {row_of("battery-volts", kVoltsOid), row_of("relay-1", kRelayOid), row_of("pulses", kCountOid),
              row_of("temperature", kTemperatureColumn)};
  box.rows[0].scale = 0.1;
  box.rows[0].plausible = PlausibleRange{8, 80};
  box.rows[2].counter_bits = 32;
  box.rows[3].first_of_column = true;
  DeviceTable other;
  other.id = "other";
  other.title = "Other box";
  other.matches = {{{1, 3, 6, 1, 4, 1, 88888}, ""}};
  other.rows = {row_of("battery-volts", {1, 3, 6, 1, 4, 1, 88888, 1, 0})};
  return {box, other};
}

class SnmpMast {
 public:
  SnmpMast() { start({}); }

  using Lines = std::function<std::string()>;

  // `said`: what it says in each answer, instead of `lines`.
  void start(const std::string& table, Lines said = {}) {
    said_ = std::move(said);
    SnmpDeviceSettings settings{DeviceId::parse("box").value(), {IpEndpoint::parse("192.168.1.5:161").value()}};
    settings.table = table;
    device.emplace(settings, std::make_shared<const std::vector<DeviceTable>>(mast_tables()));
    asked.clear();
    pending_.clear();
    take(device->start(now));
  }
  // Lets `length` pass; everything is answered at once.
  void run(Duration length) {
    const Instant end = now + length;
    answer();
    while (device->next_deadline() <= end) {
      now = std::max(now, device->next_deadline());
      take(device->tick(now));
      ASSERT_GT(device->next_deadline(), now) << "the loop would spin";
      answer();
    }
    now = end;
  }
  void answer() {
    while (!pending_.empty()) {
      const SnmpGet get = pending_.front();
      pending_.erase(pending_.begin());
      if (!is_lost) {
        take(device->on(answer_to(get), now));
      }
    }
  }
  SnmpAnswered answer_to(const SnmpGet& get) const {
    if (failure) {
      return {get.device, get.request, *failure};
    }
    SnmpRecording box =
        SnmpRecording::parse((said_ ? said_() : lines) + "1.3.6.1.2.1.1.3.0|67|" + std::to_string(uptime()) + "\n");
    VarBinds binds;
    for (const ObjectId& oid : get.oids) {
      binds.push_back(get.next ? box.get_next(oid) : box.get(oid));
    }
    return {get.device, get.request, binds};
  }
  [[nodiscard]] std::uint32_t uptime() const {
    return static_cast<std::uint32_t>((now - booted) / std::chrono::milliseconds{10});
  }
  [[nodiscard]] std::optional<double> number(std::string_view quantity) const {
    return number_of(device->readings(), quantity);
  }

  Instant now{std::chrono::hours{1}};
  Instant booted{};
  std::string lines = box_lines(540, 100);
  std::optional<Error> failure = {};
  bool is_lost = false;  // not even an error comes back
  std::optional<SnmpDevice> device;
  std::vector<SnmpGet> asked;
  int forgotten = 0;

  static std::string box_lines(int decivolts, std::uint32_t pulses, const std::string& name = "Box FW 1.2") {
    return "1.3.6.1.2.1.1.1.0|4|" + name + "\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.5\n" + "1.3.6.1.4.1.99999.1.0|2|" +
           std::to_string(decivolts) + "\n1.3.6.1.4.1.99999.2.0|2|1\n" + "1.3.6.1.4.1.99999.3.0|65|" +
           std::to_string(pulses) + "\n1.3.6.1.4.1.99999.4.7|2|31\n";
  }

 private:
  void take(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* get = std::get_if<SnmpGet>(&effect)) {
        asked.push_back(*get);
        pending_.push_back(*get);
      }
    }
  }
  std::vector<SnmpGet> pending_;
  Lines said_;
};

}  // namespace karkara
