// What one VE.Direct device last said, merged over its blocks: devices with much to say split it into two.
// Refuses to tell a value that is older than the deadline, and to mix two devices: another serial number starts anew.
// Called by VeDirectSource with verified blocks only.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/count_book.h"
#include "agent/facts/status.h"
#include "agent/power/vedirect/heard_registers.h"
#include "agent/power/vedirect/text_block.h"
#include "common/reading.h"
#include "common/series.h"
#include "common/time.h"

namespace karkara {

struct VeDirectSeries {
  SeriesId series;
  std::string_view label;
};
inline constexpr std::array kVeDirectSeries{
    VeDirectSeries{SeriesId::BatteryVoltage, "V"},     VeDirectSeries{SeriesId::BatteryCurrent, "I"},
    VeDirectSeries{SeriesId::PanelVoltage, "VPV"},     VeDirectSeries{SeriesId::PanelPower, "PPV"},
    VeDirectSeries{SeriesId::LoadCurrent, "IL"},       VeDirectSeries{SeriesId::ChargeState, "CS"},
    VeDirectSeries{SeriesId::ChargerError, "ERR"},     VeDirectSeries{SeriesId::YieldToday, "H20"},
    VeDirectSeries{SeriesId::YieldTotal, "H19"},       VeDirectSeries{SeriesId::StateOfCharge, "SOC"},
    VeDirectSeries{SeriesId::BatteryTemperature, "T"},
};

// What has no series of its own, and is shown all the same when the device says it.
struct VeDirectQuantity {
  std::string_view label;
  std::string_view quantity;
};
inline constexpr std::array kVeDirectQuantities{
    VeDirectQuantity{"MPPT", "tracker"},
    VeDirectQuantity{"OR", "off-reasons"},
    VeDirectQuantity{"LOAD", "load-switched-on"},
    VeDirectQuantity{"Relay", "relay"},
    VeDirectQuantity{"Alarm", "alarm"},
    VeDirectQuantity{"AR", "alarm-reasons"},
    VeDirectQuantity{"WARN", "warning-reasons"},
    VeDirectQuantity{"V2", "volts-2"},
    VeDirectQuantity{"V3", "volts-3"},
    VeDirectQuantity{"VS", "starter-volts"},
    VeDirectQuantity{"VM", "middle-volts"},
    VeDirectQuantity{"DM", "middle-deviation"},
    VeDirectQuantity{"I2", "amperes-2"},
    VeDirectQuantity{"I3", "amperes-3"},
    VeDirectQuantity{"P", "battery-watts"},
    VeDirectQuantity{"CE", "consumed-ampere-hours"},
    VeDirectQuantity{"TTG", "time-to-go"},
    VeDirectQuantity{"H1", "deepest-discharge"},
    VeDirectQuantity{"H2", "last-discharge"},
    VeDirectQuantity{"H3", "average-discharge"},
    VeDirectQuantity{"H4", "charge-cycles"},
    VeDirectQuantity{"H5", "full-discharges"},
    VeDirectQuantity{"H6", "ampere-hours-drawn"},
    VeDirectQuantity{"H7", "battery-volts-least"},
    VeDirectQuantity{"H8", "battery-volts-most"},
    VeDirectQuantity{"H9", "since-full"},
    VeDirectQuantity{"H10", "synchronisations"},
    VeDirectQuantity{"H11", "low-voltage-alarms"},
    VeDirectQuantity{"H12", "high-voltage-alarms"},
    VeDirectQuantity{"H13", "starter-low-voltage-alarms"},
    VeDirectQuantity{"H14", "starter-high-voltage-alarms"},
    VeDirectQuantity{"H15", "starter-volts-least"},
    VeDirectQuantity{"H16", "starter-volts-most"},
    VeDirectQuantity{"H17", "energy-drawn"},
    VeDirectQuantity{"H18", "energy-charged"},
    VeDirectQuantity{"H21", "panel-watts-most-today"},
    VeDirectQuantity{"H22", "yield-yesterday"},
    VeDirectQuantity{"H23", "panel-watts-most-yesterday"},
    VeDirectQuantity{"HSDS", "day-number"},
    VeDirectQuantity{"MODE", "mode"},
    VeDirectQuantity{"MON", "monitor-mode"},
    VeDirectQuantity{"AC_OUT_V", "ac-volts"},
    VeDirectQuantity{"AC_OUT_I", "ac-amperes"},
    VeDirectQuantity{"AC_OUT_S", "ac-volt-amperes"},
    VeDirectQuantity{"DC_IN_V", "dc-input-volts"},
    VeDirectQuantity{"DC_IN_I", "dc-input-amperes"},
    VeDirectQuantity{"DC_IN_P", "dc-input-watts"},
};

// What only grows, until somebody sets it back: chargers' users may.
struct VeDirectCount {
  std::string_view label;
  std::string_view quantity;
  int sign = 1;  // -1: the device counts downwards
};
inline constexpr std::array kVeDirectCounts{
    VeDirectCount{"H19", "yield-total"},
    VeDirectCount{"H17", "energy-drawn"},
    VeDirectCount{"H18", "energy-charged"},
    VeDirectCount{"H6", "ampere-hours-drawn", -1},
};

class VeDirectReadings {
 public:
  enum class Who : unsigned char { Same, Another };
  // Another: the block is of a device that is not the one before; all else that was known is gone.
  Who take(const vedirect::TextBlock& block, Instant now);
  void take(const vedirect::HexFrame& frame, Instant now) { registers_.take(frame, now); }
  void expire();  // the port closed: nothing that was said holds any more

  // NotYet, NotImplemented (the device had its deadline to say it and did not), Stale, or what read_field() says.
  [[nodiscard]] Value value(SeriesId series, Instant now, Duration deadline) const;
  // Each of kVeDirectQuantities that the device ever said, with its word where its number has one, and what it said by
  // HEX.
  [[nodiscard]] std::vector<QuantityReport> quantities(Instant now, Duration deadline) const;
  // NotImplemented when the device never said it.
  [[nodiscard]] Value quantity(std::string_view name, Instant now, Duration deadline) const;
  [[nodiscard]] CountedDevice counted() const { return {product_id_, serial_}; }
  [[nodiscard]] std::string product() const;  // "SmartSolar MPPT 75/15, firmware 1.64"; empty: unknown

 private:
  struct Held {
    std::optional<Value> value;  // none: never said
    Instant at;
  };
  Who identify(const vedirect::TextBlock& block);
  [[nodiscard]] Value temperature_by_hex(Instant now) const;
  static void hold(Held& held, std::string_view label, const vedirect::TextBlock& block, Instant now);
  std::array<Held, kVeDirectSeries.size()> held_{};
  std::array<Held, kVeDirectQuantities.size()> quantities_{};
  vedirect::HeardRegisters registers_;
  std::optional<Instant> first_block_;
  std::string product_id_;
  std::string serial_;
  std::string firmware_;
};

}  // namespace karkara
