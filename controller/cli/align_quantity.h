// The quantities that 'local align' shows: their names, units, the ends of their bars and what counts as a change.
// Refuses to remember anything. Used by align_screen.cc.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace karkara::cli {

enum class Better { More, Less, Yes };

// Where the bar begins and ends: what is found on a mast, from no use at all to as good as it gets.
struct Quantity {
  std::string_view series;
  std::string_view label;
  std::string_view unit;
  double scale;
  int decimals;
  double worst;
  double finest;
  Better better;
  double step;  // less is noise, not a trend; 0: no trend is told
  bool bar;     // and the best value so far
};

inline constexpr std::array<Quantity, 8> kQuantities{{
    {"uplink_es_n0_raw_db", "Es/N0", "dB", 1, 1, 0, 20, Better::More, 0.2, true},
    {"uplink_es_n0_db", "smoothed", "dB", 1, 1, 0, 20, Better::More, 0, false},
    {"uplink_link_margin_db", "Margin", "dB", 1, 1, -3, 12, Better::More, 0, false},
    {"uplink_locked", "Lock", "", 1, 0, 0, 1, Better::Yes, 0, false},
    {"uplink_rsrp_dbm", "RSRP", "dBm", 1, 0, -125, -75, Better::More, 1, true},
    {"uplink_rsrq_db", "RSRQ", "dB", 1, 1, -20, -5, Better::More, 0.5, true},
    {"uplink_snr_db", "SNR", "dB", 1, 1, -5, 25, Better::More, 0.5, true},
    {"uplink_rtt_seconds", "RTT", "ms", 1000, 0, 0, 0, Better::Less, 0, true},
}};

[[nodiscard]] constexpr bool is_yes(double value) {
  return value >= 0.5;
}
[[nodiscard]] bool is_better(const Quantity& quantity, double value, double best);
[[nodiscard]] std::string number_text(const Quantity& quantity, double value);

// "[######..|...]": the mark is the best so far. Plain ASCII, for whatever terminal is on the mast.
[[nodiscard]] std::string bar_of(const Quantity& quantity, std::optional<double> value, std::optional<double> best,
                                 std::size_t width);

}  // namespace karkara::cli
