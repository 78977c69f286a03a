// What the person who turns a dish or an aerial looks at: each quantity of the signal with a bar, its trend and the
// best value so far. Pure: what was measured goes in, text comes out. Refuses to guess: what is absent says why, and
// what a receiver without lock tells is no best value. Called by align_command.cc, once a second.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "common/result.h"
#include "controller/cli/align_quantity.h"
#include "controller/cli/render/table.h"
#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

enum class Trend { Unknown, Rising, Falling, Steady };

class AlignScreen {
 public:
  explicit AlignScreen(std::string uplink) : uplink_{std::move(uplink)} {}

  // second: since the start. NotFound when nothing at all is measured of such an uplink, with those that there are.
  Status on_values(const v1::LiveValues& values, std::uint64_t second);
  void on_trouble(std::string text, std::uint64_t second);  // no answer; the best values stay

  // One redraw from the top left corner, each line cleared to its end and cut to the style's width.
  [[nodiscard]] std::string draw(const Style& style) const;
  [[nodiscard]] std::string line() const;  // for a pipe: "Es/N0 8.4 dB rising (best 9.1 dB), locked, RTT 620 ms"
  [[nodiscard]] View view() const;         // for one line of JSON
  [[nodiscard]] unsigned beeps() const;    // 1: the signal rises; 2: it is the best so far

 private:
  struct Shown {
    bool told = false;  // the site has such a series for this uplink
    std::optional<double> value;
    std::string absent;
    std::optional<double> best;
    std::uint64_t best_second = 0;
    std::deque<double> last = {};  // values, newest last
  };
  // How the values came to be; it decides what they are worth.
  struct Circumstances {
    std::optional<bool> receive_locked;
    std::optional<double> age_seconds;
    std::optional<double> interval_seconds;
  };
  void note_circumstances(const v1::LiveValue& value);
  void take(const v1::LiveValue& value);
  [[nodiscard]] Trend trend_of(std::size_t quantity) const;
  [[nodiscard]] std::optional<std::size_t> leading() const;  // what is turned by: Es/N0 or RSRP
  [[nodiscard]] bool counts() const { return receives_.receive_locked.value_or(true); }
  [[nodiscard]] bool is_old() const;
  [[nodiscard]] std::string value_text(std::size_t quantity) const;
  [[nodiscard]] std::string row(std::size_t quantity, std::size_t columns) const;
  [[nodiscard]] std::string heading() const;
  [[nodiscard]] std::string state_line() const;
  [[nodiscard]] Tone state_tone() const;

  std::string uplink_;
  std::uint64_t second_ = 0;
  std::string trouble_;
  Circumstances receives_ = {};
  std::array<Shown, kQuantities.size()> shown_;
};

}  // namespace karkara::cli
