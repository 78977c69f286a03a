// The asking that every Modbus device has in common: looks at its pace, one question under way, a second try when an
// answer is lost, and readings of whole looks only. Refuses values that are three looks old. What to ask, and what the
// answers mean, say ModbusDevice and SunSpecDevice.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/devices/modbus_pdu.h"
#include "agent/facts/modbus.h"
#include "agent/power/polled_device.h"

namespace karkara {

struct ModbusPolling {
  DeviceId id;
  ModbusBus bus;
  std::uint8_t unit = 1;
  Duration pace = std::chrono::seconds{10};  // from the start of one look to that of the next
};
struct ModbusTiming {
  Duration deadline = std::chrono::seconds{1};
  Duration gap = std::chrono::milliseconds{20};
};

using ModbusReply = std::variant<std::vector<std::uint16_t>, std::vector<bool>, ModbusIdentification, ModbusException>;

class ModbusPoller : public PolledDevice {
 public:
  Effects start(Instant now) final;
  using PolledDevice::on;
  Effects on(const ModbusAnswered& event, Instant now) final;
  Effects tick(Instant now) final;
  Effects retire() final;
  [[nodiscard]] Instant next_deadline() const final { return asked_ ? give_up_ : due_; }
  [[nodiscard]] const QuantityReadings& readings() const final { return readings_; }
  [[nodiscard]] std::optional<Instant> heard_at() const final { return heard_at_; }
  [[nodiscard]] std::string trouble() const final { return trouble_; }
  [[nodiscard]] std::uint64_t bad_frames() const final { return bad_frames_; }
  [[nodiscard]] std::uint64_t looks() const final { return looks_; }

 protected:
  using Next = std::optional<ModbusRequest>;  // none: the look is over
  explicit ModbusPoller(ModbusPolling polling) : polling_{std::move(polling)} {}

  virtual Next begin_look(Instant now) = 0;
  virtual Next take(const ModbusRequest& asked, const ModbusReply& reply, Instant now) = 0;
  virtual Next take_silence(const ModbusRequest& asked, Instant now) = 0;  // asked twice, no answer
  [[nodiscard]] virtual ModbusTiming timing() const { return {}; }

  void publish(QuantityReadings readings);  // the look was whole
  void start_anew() { readings_.clear(); }  // another device is there
  void say_trouble(std::string why) { trouble_ = std::move(why); }
  [[nodiscard]] bool heard_in_this_look() const { return heard_at_ && *heard_at_ >= look_began_; }

 private:
  Effects ask(const Next& next, Instant now);
  Effects on_failure(const Error& why, Instant now);
  void end_look(Instant now);

  ModbusPolling polling_;
  std::optional<ModbusRequest> asked_;  // the question under way
  std::uint64_t request_ = 0;
  bool second_try_ = false;
  Instant give_up_ = Instant::max();  // on an answer that the adapter owes
  Instant due_ = Instant::max();
  Instant look_began_;
  bool whole_ = false;
  unsigned failed_looks_ = 0;
  QuantityReadings readings_;
  std::optional<Instant> heard_at_;
  std::string trouble_;
  std::uint64_t bad_frames_ = 0;
  std::uint64_t looks_ = 0;  // whole ones
};

}  // namespace karkara
