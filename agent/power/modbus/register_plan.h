// Which questions make one look at a device, learned from what it refuses: a refused block is halved, a refused part
// does not exist and is asked again after a day. Refuses to take a device that is switched off for one without
// registers. Used by ModbusDevice.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "agent/devices/register_blocks.h"
#include "agent/devices/register_readings.h"
#include "agent/power/modbus/modbus_poller.h"

namespace karkara {

class RegisterPlan {
 public:
  // Forgets all that was learned. `table` outlives the plan's use of it.
  void start_anew(const ModbusTable& table, std::optional<FirmwareVersion> firmware);
  void begin_look(Instant now);

  [[nodiscard]] std::optional<ModbusRequest> next() const;  // none: the look is whole
  void take(const ModbusReply& reply, Instant now);         // what came to next()
  // No answer came to next(). True: go on with the look. `others_answered`: the device is there.
  bool take_silence(bool others_answered, Instant now);

  [[nodiscard]] const RegisterAnswer& answer() const { return answer_; }
  [[nodiscard]] const std::vector<RegisterBlock>& missing() const { return missing_; }

 private:
  void take_exception(const ModbusException& exception, Instant now);
  void refused(Instant now);
  void note_missing(const RegisterBlock& part, Instant now);
  void answered(std::variant<std::vector<std::uint16_t>, Absent> values);

  const ModbusTable* table_ = nullptr;
  std::optional<FirmwareVersion> firmware_;
  std::vector<RegisterRequest> requests_;
  std::size_t at_ = 0;
  RegisterAnswer answer_;
  std::vector<RegisterBlock> missing_;
  Instant forget_missing_at_ = Instant::max();
  std::map<RegisterBlock, unsigned> silences_;  // while others were answered
};

}  // namespace karkara
