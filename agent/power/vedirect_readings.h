// What one VE.Direct device last said, merged over its blocks: devices with much to say split it into two.
// Refuses to tell a value that is older than the deadline, and to mix two devices: another serial number starts anew.
// Called by VeDirectSource with verified blocks only.
#pragma once

#include <array>
#include <optional>
#include <string>

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

class VeDirectReadings {
 public:
  enum class Who : unsigned char { Same, Another };
  // Another: the block is of a device that is not the one before; all else that was known is gone.
  Who take(const vedirect::TextBlock& block, Instant now);
  void expire();  // the port closed: nothing that was said holds any more

  // NotYet, NotImplemented (the device had its deadline to say it and did not), Stale, or what read_field() says.
  [[nodiscard]] Value value(SeriesId series, Instant now, Duration deadline) const;
  [[nodiscard]] std::string product() const;  // "SmartSolar MPPT 75/15, firmware 1.64"; empty: unknown

 private:
  struct Held {
    std::optional<Value> value;  // none: never said
    Instant at;
  };
  Who identify(const vedirect::TextBlock& block);
  std::array<Held, kVeDirectSeries.size()> held_{};
  std::optional<Instant> first_block_;
  std::string product_id_;
  std::string serial_;
  std::string firmware_;
};

}  // namespace karkara
