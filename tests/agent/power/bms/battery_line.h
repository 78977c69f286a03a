// A device and what is behind its line, in made-up time: the device's questions go to a function, what it returns comes
// back 30 ms later.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>

#include "agent/devices/readings.h"
#include "agent/power/bms/bms.h"
#include "tests/agent/power/bms/frames.h"

namespace karkara::bms {

using Battery = std::function<Bytes(const Bytes& question)>;

class BatteryLine {
 public:
  BatteryLine(BmsKind kind, Battery battery) : battery_{std::move(battery)} {
    BmsSettings settings;
    settings.id = *DeviceId::parse("bms");
    settings.port = "/dev/ttyS1";
    settings.kind = kind;
    device_ = make_bms(settings);
    run(device_->start(now));
  }

  void open() { run(device_->on(SerialOpened{}, now)); }
  void close() { run(device_->on(SerialClosed{{}, "unplugged"}, now)); }
  void hear(const Bytes& bytes) { run(device_->on(SerialBytes{{}, bytes}, now)); }
  void behind(Battery battery) { battery_ = std::move(battery); }

  void pass(Duration time) {
    const Instant end = now + time;
    while (device_->next_deadline() <= end) {
      now = std::max(now, device_->next_deadline());
      run(device_->tick(now));
    }
    now = end;
  }
  void look() { pass(std::chrono::seconds{10}); }

  [[nodiscard]] PolledDevice& device() { return *device_; }
  [[nodiscard]] Value value(std::string_view quantity) const {
    const QuantityReading* found = find_reading(device_->readings(), quantity);
    return found != nullptr ? found->value : Value{Absent::NoSuchObject};
  }
  [[nodiscard]] double number(std::string_view quantity) const {
    return number_of(device_->readings(), quantity).value_or(-999);
  }
  [[nodiscard]] std::string word(std::string_view quantity) const {
    const QuantityReading* found = find_reading(device_->readings(), quantity);
    return found != nullptr ? found->word : "";
  }

  Instant now{std::chrono::minutes{1}};
  std::vector<Bytes> questions{};
  std::vector<OpenSerial> opened{};
  unsigned closed = 0;

 private:
  void run(const Effects& effects) {
    for (const Effect& effect : effects) {
      if (const auto* open = std::get_if<OpenSerial>(&effect)) {
        opened.push_back(*open);
      }
      closed += std::holds_alternative<CloseSerial>(effect) ? 1 : 0;
      if (const auto* write = std::get_if<WriteSerial>(&effect)) {
        questions.push_back(write->bytes);
        const Bytes answer = battery_(write->bytes);
        if (!answer.empty()) {
          now = now + std::chrono::milliseconds{30};
          hear(answer);
        }
      }
    }
  }

  Battery battery_;
  std::unique_ptr<PolledDevice> device_;
};

inline Bytes silence(const Bytes& /*question*/) {
  return {};
}

}  // namespace karkara::bms
