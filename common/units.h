// Physical quantities as types: one number with one meaning, and only the operators that make sense.
// Refuses implicit conversion from and to double. Called by everything that measures.
#pragma once

#include <compare>

namespace karkara {

template <class Tag>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) : value_{value} {}
  [[nodiscard]] constexpr double value() const { return value_; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  double value_ = 0;
};

// Tags whose quantities add and scale. Levels (dBm, degrees Celsius) are points, not amounts: they do not.
template <class Tag>
inline constexpr bool kIsAmount = true;

template <class Tag>
requires kIsAmount<Tag>
constexpr Quantity<Tag> operator+(Quantity<Tag> a, Quantity<Tag> b) {
  return Quantity<Tag>{a.value() + b.value()};
}
template <class Tag>
requires kIsAmount<Tag>
constexpr Quantity<Tag> operator-(Quantity<Tag> a, Quantity<Tag> b) {
  return Quantity<Tag>{a.value() - b.value()};
}
template <class Tag>
requires kIsAmount<Tag>
constexpr Quantity<Tag> operator*(Quantity<Tag> a, double factor) {
  return Quantity<Tag>{a.value() * factor};
}
template <class Tag>
requires kIsAmount<Tag>
constexpr double operator/(Quantity<Tag> a, Quantity<Tag> b) {
  return a.value() / b.value();
}

using Volts = Quantity<struct VoltsTag>;
using Amps = Quantity<struct AmpsTag>;
using Watts = Quantity<struct WattsTag>;
using WattHours = Quantity<struct WattHoursTag>;
using AmpHours = Quantity<struct AmpHoursTag>;
using Celsius = Quantity<struct CelsiusTag>;
using Percent = Quantity<struct PercentTag>;
using Db = Quantity<struct DbTag>;
using Dbm = Quantity<struct DbmTag>;
using BitsPerSecond = Quantity<struct BitsPerSecondTag>;
using Metres = Quantity<struct MetresTag>;
using Degrees = Quantity<struct DegreesTag>;
using Megahertz = Quantity<struct MegahertzTag>;

template <>
inline constexpr bool kIsAmount<struct CelsiusTag> = false;
template <>
inline constexpr bool kIsAmount<struct DbmTag> = false;

constexpr Watts operator*(Volts v, Amps a) {
  return Watts{v.value() * a.value()};
}
constexpr Dbm operator+(Dbm level, Db gain) {
  return Dbm{level.value() + gain.value()};
}
constexpr Dbm operator-(Dbm level, Db loss) {
  return Dbm{level.value() - loss.value()};
}
constexpr Db operator-(Dbm a, Dbm b) {
  return Db{a.value() - b.value()};
}

}  // namespace karkara
