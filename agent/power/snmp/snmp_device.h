// A power device with SNMP: recognised, looked at in its pace, and read by its device table; another device behind the
// same address starts anew. Refuses alarms, series, orders and counting on. Made by PowerFeature from the
// configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/devices/poll_clock.h"
#include "agent/devices/snmp_poll.h"
#include "agent/power/polled_device.h"

namespace karkara {

struct SnmpDeviceSettings {
  DeviceId device;
  SnmpTarget target;
  std::string table = {};  // id of a device table; empty: recognised by what the device says about itself
  Duration pace = std::chrono::seconds{30};
  friend bool operator==(const SnmpDeviceSettings&, const SnmpDeviceSettings&) = default;
};

class SnmpDevice final : public PolledDevice {
 public:
  using PolledDevice::on;
  SnmpDevice(const SnmpDeviceSettings& settings, SnmpPoll::Tables tables);

  Effects start(Instant now) override;
  Effects on(const SnmpAnswered& answered, Instant now) override;
  Effects tick(Instant now) override;
  Effects retire() override { return {SnmpForget{poll_.polled().device}}; }
  [[nodiscard]] Instant next_deadline() const override { return clock_.next_deadline(); }

  void use(SnmpPoll::Tables tables, Instant now);  // other ones: the device is recognised again
  void set_pace(Duration pace, Instant now) { clock_.set_pace(pace, now); }

  [[nodiscard]] const QuantityReadings& readings() const override { return readings_; }
  [[nodiscard]] std::optional<Instant> heard_at() const override { return heard_at_; }
  [[nodiscard]] std::string product() const override;
  [[nodiscard]] CountedDevice counted() const override;
  [[nodiscard]] std::string trouble() const override { return trouble_; }
  [[nodiscard]] std::uint64_t bad_frames() const override { return bad_frames_; }
  [[nodiscard]] std::uint64_t looks() const override { return looks_; }
  [[nodiscard]] std::optional<std::uint32_t> uptime_hundredths() const override { return poll_.uptime_hundredths(); }
  // Where a quantity is read, for who sets it: "relay-1". Nothing before the device is recognised, and for a column.
  [[nodiscard]] std::optional<ObjectId> object_of(std::string_view quantity) const;

 private:
  void ask(Instant now, Effects& effects);
  void see_failure(const Error& error);
  void see_identity(bool unknown, Instant now);
  void take();

  SnmpPoll poll_;
  PollClock clock_;
  QuantityReadings readings_;
  std::optional<Instant> heard_at_;
  std::string trouble_;
  std::uint64_t bad_frames_ = 0;
  std::uint64_t looks_ = 0;
};

}  // namespace karkara
