// What a D-Bus message may hold, as plain values: the little of it that property readers need. A struct is a list, a
// dictionary whose keys are not text is a list of pairs. Filled by agent/io/bus_message, read by agent/codec.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace karkara {

struct BusValue;
using BusList = std::vector<BusValue>;
using BusDict = std::map<std::string, BusValue, std::less<>>;
struct BusPath {
  std::string text;
  friend bool operator==(const BusPath&, const BusPath&) = default;
};

// Integers keep their sign and lose their width; monostate stands for any type that nobody asks for.
struct BusValue {
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, BusPath, BusList, BusDict> is;

  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&is);
  }
  friend bool operator==(const BusValue&, const BusValue&) = default;
};

// Properties of one object by interface; objects by path.
using BusInterfaces = std::map<std::string, BusDict, std::less<>>;
using BusObjects = std::map<std::string, BusInterfaces, std::less<>>;

}  // namespace karkara
