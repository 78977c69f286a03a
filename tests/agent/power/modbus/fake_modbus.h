// A Modbus device that behaves: registers with holes, an identification, and whatever trouble a test wants; and the
// polling of a device under test against it, with time as a number.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/devices/register_table.h"
#include "agent/facts/effects.h"
#include "agent/power/polled_device.h"

namespace karkara {

using Pdu = std::vector<std::byte>;

class FakeModbus {
 public:
  virtual ~FakeModbus() = default;
  // None: silence.
  virtual std::optional<Pdu> answer(const Pdu& request);

  void set(RegisterSpace space, std::uint16_t first, const std::vector<std::uint16_t>& values);
  void set_text(std::uint16_t first, std::size_t length, const std::string& text);  // holding registers

  std::map<RegisterSpace, std::map<std::uint16_t, std::uint16_t>> registers{};
  std::map<std::uint8_t, std::string> identification{};  // empty: function 43 is refused
  unsigned most = 125;                                   // registers in one request
  bool silent = false;
  bool silent_on_holes = false;      // instead of an exception
  std::vector<std::string> asked{};  // "input 0x3100 8"
};

class Polling {
 public:
  Polling(PolledDevice& device, FakeModbus& there) : device_{device}, there_{&there} {}

  // Runs one look from its beginning to its end; the time of the next is then known.
  void look();
  void looks(int count);
  void plug(FakeModbus& other) { there_ = &other; }
  void break_line(bool broken) { broken_ = broken; }
  void damage(int answers) { damaged_ = answers; }  // so many answers come as frames whose check failed
  [[nodiscard]] Instant now() const { return now_; }
  void pass(Duration time) { now_ = now_ + time; }
  [[nodiscard]] int questions() const { return questions_; }

 private:
  ModbusAnswered answer(const ModbusAsk& ask);
  PolledDevice& device_;
  FakeModbus* there_;
  Instant now_{std::chrono::seconds{100}};
  bool started_ = false;
  bool broken_ = false;
  int damaged_ = 0;
  int questions_ = 0;
};

}  // namespace karkara
