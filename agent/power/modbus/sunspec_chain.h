// Finds the models of a SunSpec device: the mark "SunS" at one of three places, and behind it a chain of (id, length)
// that ends with FFFF. Refuses to follow a chain past the last register or beyond 48 models, whatever the lengths say.
// Used by SunSpecDevice. Source: SunSpec Device Information Model Specification 1.1, "Modbus map".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/devices/modbus_pdu.h"

namespace karkara {

struct SunSpecModel {
  std::uint16_t id = 0;
  std::uint16_t address = 0;  // of its id; the length follows, then the points
  std::uint16_t length = 0;   // of the points
  friend bool operator==(const SunSpecModel&, const SunSpecModel&) = default;
};

class SunSpecChain {
 public:
  static constexpr std::size_t kPlaces = 3;  // for the mark: registers 40000, 50000 and 0
  explicit SunSpecChain(std::size_t first_place = 0) : first_{first_place % kPlaces} {}

  [[nodiscard]] std::optional<ModbusReadRegisters> next() const;  // none: the end was reached
  void take(std::span<const std::uint16_t> registers);            // what came to next()
  void refused();                                                 // an exception came, or never anything

  [[nodiscard]] std::size_t place() const {
    return (first_ + tried_) % kPlaces;
  }  // where the mark is, or is looked for

  [[nodiscard]] bool is_found() const { return walking_ || !models_.empty(); }
  [[nodiscard]] const std::vector<SunSpecModel>& models() const { return models_; }

 private:
  std::size_t first_;      // of the places
  std::size_t tried_ = 0;  // of them
  bool walking_ = false;
  bool done_ = false;
  std::uint16_t at_ = 0;
  std::vector<SunSpecModel> models_;
};

}  // namespace karkara
