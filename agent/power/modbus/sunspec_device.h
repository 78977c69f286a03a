// An inverter or battery that describes itself by SunSpec models, over Modbus TCP or a line. Its models are found, once
// an hour again, and read whole in every look; a chain that moved, another serial number, or a long silence starts
// anew. Refuses models that it does not know, without a word. Made by whoever composes the power sources.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/power/modbus/modbus_poller.h"
#include "agent/power/modbus/sunspec_chain.h"
#include "agent/power/modbus/sunspec_models.h"

namespace karkara {

class SunSpecDevice final : public ModbusPoller {
 public:
  explicit SunSpecDevice(ModbusPolling polling) : ModbusPoller{std::move(polling)} {}

  [[nodiscard]] std::string product() const override { return identity_.shown(); }
  [[nodiscard]] CountedDevice counted() const override { return identity_.counted(); }
  [[nodiscard]] const std::vector<SunSpecModel>& models() const { return chain_.models(); }

 private:
  Next begin_look(Instant now) override;
  Next take(const ModbusRequest& asked, const ModbusReply& reply, Instant now) override;
  Next take_silence(const ModbusRequest& asked, Instant now) override;
  [[nodiscard]] ModbusTiming timing() const override;
  Next walk_anew();
  Next walk(const ModbusReply& reply, Instant now);
  Next walk_silence(Instant now);
  Next walk_on(Instant now);
  Next read_first(Instant now);
  Next read(std::span<const std::uint16_t> model);
  Next next_model();
  Next forget(std::string why);

  SunSpecChain chain_;
  bool walking_ = false;         // the chain, in this look
  bool walked_ = false;          // in this look
  std::size_t first_place_ = 0;  // where a walk begins
  Instant walk_again_at_ = Instant::max();
  std::uint16_t silent_at_ = 0;       // a register within the chain
  unsigned silences_ = 0;             // there, or of a model that was found, in a row
  std::vector<SunSpecModel> wanted_;  // the common one first
  std::size_t at_ = 0;                // in wanted_
  QuantityReadings look_;
  SunSpecIdentity identity_;
};

}  // namespace karkara
