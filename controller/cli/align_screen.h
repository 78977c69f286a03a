// What the person who turns a dish or an aerial looks at: each quantity of the signal with a bar and the best value so
// far. Pure: what was measured goes in, text comes out. Refuses to guess: what is absent says why. Called by
// align_command.cc, once a second.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "common/result.h"
#include "controller/cli/render/table.h"
#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

class AlignScreen {
 public:
  explicit AlignScreen(std::string uplink) : uplink_{std::move(uplink)} {}

  // second: since the start. NotFound when nothing at all is measured of such an uplink, with those that there are.
  Status on_values(const v1::LiveValues& values, std::uint64_t second);
  void on_trouble(std::string text, std::uint64_t second);  // no answer; the best values stay

  // One redraw from the top left corner, each line cleared to its end and cut to the style's width.
  [[nodiscard]] std::string draw(const Style& style) const;
  [[nodiscard]] std::string line() const;  // for a pipe: "Es/N0 8.4 dB (best 9.1 dB), locked, RTT 620 ms"
  [[nodiscard]] View view() const;         // for one line of JSON

  static constexpr std::size_t kQuantities = 7;

 private:
  struct Shown {
    bool told = false;  // the site has such a series for this uplink
    std::optional<double> value;
    std::string absent;
    std::optional<double> best;
    std::uint64_t best_second = 0;
  };
  void take(const v1::LiveValue& value);

  std::string uplink_;
  std::uint64_t second_ = 0;
  std::string trouble_;
  std::array<Shown, kQuantities> shown_;
};

}  // namespace karkara::cli
