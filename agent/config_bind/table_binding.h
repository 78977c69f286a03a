// What the rows of SNMP and of Modbus tables have in common, from the read file into the plain values of agent/devices.
// It collects what one field alone does not tell. Used by agent/config_bind/device_table and register_table.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/devices/quantity_row.h"
#include "common/host/config_reader.h"
#include "karkara/v1/device_table.pb.h"

namespace karkara {

class TableBinding {
 public:
  TableBinding(std::string_view file, ConfigReading& reading) : file_{file}, reading_{reading} {}

  void refuse(const std::string& path, std::string what) {
    reading_.problems.push_back({file_, place_of(reading_.places, path), path, std::move(what)});
  }
  [[nodiscard]] bool is_written(const std::string& path) const { return reading_.places.contains(path); }

  // Of a DeviceObject or a DeviceRegister.
  template <class Row>
  void bind_row(const Row& config, const std::string& path, QuantityRow& row) {
    row.id = config.id();
    row.quantity = config.has_quantity() ? config.quantity() : config.id();
    row.unit = config.unit();
    row.scale = config.scale();
    row.offset = config.offset();
    row.absent_numbers.assign(config.absent_numbers().begin(), config.absent_numbers().end());
    row.absent_words.assign(config.absent_words().begin(), config.absent_words().end());
    row.plausible = bind_range(given(config.has_min(), config.min()), given(config.has_max(), config.max()),
                               path + (config.has_min() ? ".min" : ".max"));
    row.true_when =
        bind_range(given(config.has_true_from(), config.true_from()), given(config.has_true_to(), config.true_to()),
                   path + (config.has_true_from() ? ".true_from" : ".true_to"));
    for (const v1::DeviceWordConfig& word : config.words()) {
      row.words.push_back({word.number(), word.word(), given(word.has_value(), word.value())});
    }
    row.counter_bits = config.counter_bits();
    if (config.has_counter_bits() && row.counter_bits != 16 && row.counter_bits != 32 && row.counter_bits != 64) {
      refuse(path + ".counter_bits", "must be 16, 32 or 64");
    }
    row.firmware.from = bind_version(config.firmware_from(), path + ".firmware_from");
    row.firmware.below = bind_version(config.firmware_below(), path + ".firmware_below");
  }

 private:
  static std::optional<double> given(bool has, double value) { return has ? std::optional{value} : std::nullopt; }
  std::optional<FirmwareVersion> bind_version(const std::string& text, const std::string& path);
  std::optional<PlausibleRange> bind_range(std::optional<double> least, std::optional<double> most,
                                           const std::string& path);

  std::string file_;
  ConfigReading& reading_;
};

}  // namespace karkara
