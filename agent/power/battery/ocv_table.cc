#include "agent/power/battery/ocv_table.h"

#include <algorithm>
#include <span>

#include "agent/power/battery/chemistry_traits.h"

namespace karkara {
namespace {

struct Point {
  double charge;
  double volts;
};

// Six cells at 25 degrees after hours of rest: between the tables for flooded and for sealed cells, which lie up to
// 0.15 V apart; a battery's own deviation is learned.
constexpr Point kLeadAcid[] = {{0, 11.66},   {.1, 11.80}, {.2, 11.96}, {.35, 12.10}, {.5, 12.24},
                               {.65, 12.37}, {.8, 12.51}, {.9, 12.60}, {1, 12.72}};
// Four cells: the mean of charged and discharged, which stay up to 25 mV a cell apart. The shoulder below 40 % and the
// knee as measured at C/32 on Lithium Werks' APR18650M1B (Sunil et al. 2025, IEEE Trans. Instrum. Meas.); where between
// 60 and 80 % the step of graphite lies differs from make to make, here it is a ramp.
constexpr Point kLithium[] = {{0, 10.0},    {.012, 10.96}, {.027, 11.72}, {.053, 12.35}, {.09, 12.78},
                              {.2, 12.95},  {.3, 13.11},   {.4, 13.165},  {.6, 13.20},   {.75, 13.30},
                              {.95, 13.34}, {.983, 13.40}, {.995, 13.55}, {1, 13.6}};
constexpr double kLeadAcidPerKelvin = 0.0012;  // 0.2 mV a cell and kelvin

std::span<const Point> table_of(Chemistry chemistry) {
  switch (chemistry) {
    case Chemistry::LeadAcid: return kLeadAcid;
    case Chemistry::LithiumIronPhosphate: return kLithium;
  }
  return kLeadAcid;
}

double warmth(Chemistry chemistry, Celsius temperature) {
  return chemistry == Chemistry::LeadAcid ? kLeadAcidPerKelvin * (temperature.value() - kReferenceTemperature.value())
                                          : 0;
}

// The upper end of the segment that holds the charge; never the first point.
const Point* segment_end(std::span<const Point> table, double charge) {
  const Point* point = &table[1];
  while (point != &table.back() && point->charge < charge) {
    ++point;
  }
  return point;
}

}  // namespace

Volts rest_voltage(Chemistry chemistry, double charge, Celsius temperature) {
  const double at = std::clamp(charge, 0.0, 1.0);
  const Point* end = segment_end(table_of(chemistry), at);
  return Volts{end->volts - (end->charge - at) * rest_slope(chemistry, at) + warmth(chemistry, temperature)};
}

double rest_slope(Chemistry chemistry, double charge) {
  const Point* end = segment_end(table_of(chemistry), std::clamp(charge, 0.0, 1.0));
  const Point* begin = end - 1;
  return (end->volts - begin->volts) / (end->charge - begin->charge);
}

double rest_charge(Chemistry chemistry, Volts voltage, Celsius temperature) {
  const std::span<const Point> table = table_of(chemistry);
  const double volts = voltage.value() - warmth(chemistry, temperature);
  if (volts <= table.front().volts) {
    return 0;
  }
  for (std::size_t i = 1; i < table.size(); ++i) {
    if (volts <= table[i].volts) {
      const Point& low = table[i - 1];
      return low.charge + (table[i].charge - low.charge) * (volts - low.volts) / (table[i].volts - low.volts);
    }
  }
  return 1;
}

ChargeRange rest_range(Chemistry chemistry, Volts voltage, Volts off, Celsius temperature) {
  return {rest_charge(chemistry, voltage - off, temperature), rest_charge(chemistry, voltage + off, temperature)};
}

}  // namespace karkara
