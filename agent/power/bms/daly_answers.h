// What the eight bytes of Daly's answers say. Refuses nothing but what cannot be: the frame's sum was right. Source: as
// the frames'.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/power/bms/daly_frame.h"

namespace karkara::daly {

struct Pack {
  double volts = 0;
  double amperes = 0;  // into the battery is positive
  double state_of_charge = 0;
};
[[nodiscard]] Pack read_pack(const Content& content);

struct CellExtremes {
  double most = 0;   // V
  double least = 0;  // V
  unsigned weakest = 0;
};
[[nodiscard]] CellExtremes read_cell_extremes(const Content& content);

struct Temperatures {
  double most = 0;
  double least = 0;
};
[[nodiscard]] Temperatures read_temperatures(const Content& content);

enum class Flow : std::uint8_t { Resting = 0, Charging = 1, Discharging = 2 };
struct Switches {
  Flow flow = Flow::Resting;
  bool charge = false;
  bool discharge = false;
  double remaining = 0;  // Ah
};
[[nodiscard]] std::optional<Switches> read_switches(const Content& content);

struct BatteryStatus {
  unsigned cells = 0;
  unsigned cycles = 0;
};
[[nodiscard]] BatteryStatus read_status(const Content& content);

[[nodiscard]] double read_rated(const Content& content);  // Ah

// 52 bits, the first byte's lowest first.
[[nodiscard]] std::uint64_t read_faults(const Content& content);
[[nodiscard]] std::string fault_words(std::uint64_t faults);

// Three cells in a frame, numbered from 1, by old firmware from 0; some send only as many frames as are needed, others
// always sixteen.
class CellFrames {
 public:
  void clear() { frames_.clear(); }
  // False: a number that no frame can have, or that was there before.
  bool take(const Content& content);
  [[nodiscard]] std::optional<std::vector<double>> volts(unsigned cells) const;

 private:
  std::map<unsigned, std::vector<double>> frames_{};
};

}  // namespace karkara::daly
