// The counts of one source, each going on over wraps, resets and restarts: what a reading of a count shows. Refuses to
// add what another device counts to what the one before did: who says it is part of the memory. Kept by each power
// source; a count of energy or charge outlives a restart, any other begins anew with what the device then says.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/devices/counter.h"
#include "agent/devices/readings.h"
#include "common/result.h"

namespace karkara {

// Whose counts they are. A firmware is no part of it: an update makes no other device.
struct CountedDevice {
  std::string model{};
  std::string serial{};  // empty: it has none, or did not say it yet
  [[nodiscard]] bool empty() const { return model.empty() && serial.empty(); }
  friend bool operator==(const CountedDevice&, const CountedDevice&) = default;
};

class CountBook {
 public:
  static constexpr std::size_t kMostCounts = 64;
  static constexpr std::size_t kMostBytes = 8000;

  // Whose counts these are from now on; another one begins anew when it was named twice. Who says less or more of
  // itself than before is no other.
  void of(const CountedDevice& device);
  // One look at one count. Other readings, and absent ones, are left alone.
  void see(const QuantityReading& reading, std::optional<std::uint32_t> uptime_hundredths, Instant now);
  [[nodiscard]] std::optional<double> total(std::string_view quantity) const;
  // The totals in place of what the device told.
  void put_into(QuantityReadings& readings) const;
  // "yield-total was set back from 834.1 to 0 kWh", each once.
  [[nodiscard]] std::vector<std::string> take_resets() { return std::exchange(resets_, {}); }

  [[nodiscard]] bool is_worth_keeping() const;
  [[nodiscard]] std::string memory() const;
  Status recall(std::string_view memory);  // before the first look

 private:
  struct Kept {
    double step = 0;
    double last = 0;
    double total = 0;
  };
  struct Count {
    CounterKind kind;
    Counter counter;
  };
  Count& find_or_add(const QuantityReading& reading, const CounterLook& look);

  CountedDevice device_;
  CountedDevice stranger_;                            // named once: what it says is not counted
  std::map<std::string, Count, std::less<>> counts_;  // by quantity
  std::map<std::string, Kept, std::less<>> kept_;     // of an earlier run, until the device speaks of it
  std::vector<std::string> resets_;
};

}  // namespace karkara
