#include "controller/cli/align_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

constexpr const char* kHome = "\x1b[H";
constexpr const char* kClearLine = "\x1b[K\r\n";
constexpr const char* kClearBelow = "\x1b[J";

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
};

constexpr std::array<Quantity, AlignScreen::kQuantities> kAll{{
    {"uplink_es_n0_db", "Es/N0", "dB", 1, 1, 0, 20, Better::More},
    {"uplink_link_margin_db", "Margin", "dB", 1, 1, -3, 12, Better::More},
    {"uplink_locked", "Lock", "", 1, 0, 0, 1, Better::Yes},
    {"uplink_rsrp_dbm", "RSRP", "dBm", 1, 0, -125, -75, Better::More},
    {"uplink_rsrq_db", "RSRQ", "dB", 1, 1, -20, -5, Better::More},
    {"uplink_snr_db", "SNR", "dB", 1, 1, -5, 25, Better::More},
    {"uplink_rtt_seconds", "RTT", "ms", 1000, 0, 0, 0, Better::Less},
}};

bool is_yes(double value) {
  return value >= 0.5;
}

bool is_better(const Quantity& quantity, double value, double best) {
  return quantity.better == Better::Less ? value < best : value > best;
}

std::string text_of(const Quantity& quantity, double value) {
  if (quantity.better == Better::Yes) {
    return is_yes(value) ? "locked" : "no lock";
  }
  return format_number(value * quantity.scale, quantity.decimals, quantity.unit);
}

std::size_t place_of(const Quantity& quantity, double value, std::size_t width) {
  const double part = std::clamp((value - quantity.worst) / (quantity.finest - quantity.worst), 0.0, 1.0);
  return static_cast<std::size_t>(std::lround(part * static_cast<double>(width)));
}

// "[######..|...]": the mark is the best so far. Plain ASCII, for whatever terminal is on the mast.
std::string bar_of(const Quantity& quantity, std::optional<double> value, std::optional<double> best,
                   std::size_t width) {
  std::string bar(width, '.');
  if (value) {
    std::fill_n(bar.begin(), place_of(quantity, *value, width), '#');
  }
  if (best) {
    const std::size_t at = place_of(quantity, *best, width);
    bar[at == 0 ? 0 : at - 1] = '|';
  }
  return "[" + bar + "]";
}

Tone tone_of(const Quantity& quantity, double value, std::optional<double> best) {
  if (quantity.better == Better::Yes) {
    return is_yes(value) ? Tone::Good : Tone::Bad;
  }
  return best && value == *best ? Tone::Good : Tone::Plain;
}

}  // namespace

Status AlignScreen::on_values(const v1::LiveValues& values, std::uint64_t second) {
  second_ = second;
  trouble_.clear();
  for (Shown& one : shown_) {
    one.value.reset();
    one.absent.clear();
    one.told = false;
  }
  std::set<std::string> others;
  for (const v1::LiveValue& value : values.values()) {
    if (value.instance() == uplink_) {
      take(value);
    } else if (!value.instance().empty()) {
      others.insert(value.instance());
    }
  }
  if (std::any_of(shown_.begin(), shown_.end(), [](const Shown& one) { return one.told; })) {
    return {};
  }
  return Error{ErrorCode::NotFound,
               fmt::format("nothing is measured of an uplink '{}'{}", uplink_,
                           others.empty() ? "" : fmt::format("; there are {}", fmt::join(others, ", ")))};
}

void AlignScreen::take(const v1::LiveValue& value) {
  const auto known =
      std::find_if(kAll.begin(), kAll.end(), [&](const Quantity& quantity) { return quantity.series == value.name(); });
  if (known == kAll.end()) {
    return;
  }
  Shown& one = shown_[static_cast<std::size_t>(known - kAll.begin())];
  one.told = true;
  if (!value.has_value() || !std::isfinite(value.value())) {
    one.absent = value.absent().empty() ? "no value" : value.absent();
    return;
  }
  one.value = value.value();
  if (!one.best || is_better(*known, *one.value, *one.best)) {
    one.best = one.value;
    one.best_second = second_;
  }
}

void AlignScreen::on_trouble(std::string text, std::uint64_t second) {
  trouble_ = std::move(text);
  second_ = second;
  for (Shown& one : shown_) {
    one.value.reset();
    one.absent = one.told ? "no answer" : "";
  }
}

std::string AlignScreen::draw(const Style& style) const {
  constexpr std::size_t kText = 54;  // of a line without its bar
  constexpr std::size_t kUsualBar = 26;
  constexpr std::size_t kLongestBar = 50;
  const std::size_t columns = style.width == 0 ? kText + kUsualBar : style.width;
  const std::size_t bar = columns > kText + 10 ? std::min(columns - kText, kLongestBar) : 0;
  const auto lined = [&](const std::string& text, Tone tone) {
    return toned(cut_to(clean_text(text), columns), tone, style) + kClearLine;
  };
  std::string out = kHome +
                    lined(fmt::format("karkara local align {}: {}", uplink_,
                                      trouble_.empty() ? fmt::format("{} s, Ctrl-C ends", second_) : trouble_),
                          trouble_.empty() ? Tone::Strong : Tone::Bad) +
                    kClearLine;
  for (std::size_t i = 0; i < kQuantities; ++i) {
    const Shown& one = shown_[i];
    if (!one.told) {
      continue;
    }
    std::string text =
        fmt::format("{:<7} {:>16}", kAll[i].label, one.value ? text_of(kAll[i], *one.value) : "(" + one.absent + ")");
    if (one.best && kAll[i].better != Better::Yes) {
      text += kAll[i].better == Better::More && bar > 0 ? "  " + bar_of(kAll[i], one.value, one.best, bar) : "";
      text += fmt::format("  best {}, {} s ago", text_of(kAll[i], *one.best), second_ - one.best_second);
    }
    out += lined(text, one.value ? tone_of(kAll[i], *one.value, one.best) : Tone::Dim);
  }
  return out + kClearBelow;
}

std::string AlignScreen::line() const {
  if (!trouble_.empty()) {
    return clean_text(trouble_);
  }
  std::string text;
  for (std::size_t i = 0; i < kQuantities; ++i) {
    const Shown& one = shown_[i];
    if (!one.told) {
      continue;
    }
    text += text.empty() ? "" : ", ";
    text += kAll[i].better == Better::Yes && one.value ? "" : fmt::format("{} ", kAll[i].label);
    text += one.value ? text_of(kAll[i], *one.value) : "(" + one.absent + ")";
    text += one.best && kAll[i].better == Better::More ? fmt::format(" (best {})", text_of(kAll[i], *one.best)) : "";
  }
  return clean_text(text);
}

View AlignScreen::view() const {
  Value::Array quantities;
  for (std::size_t i = 0; i < kQuantities; ++i) {
    const Shown& one = shown_[i];
    if (one.told) {
      quantities.push_back({Value::Object{{"name", {std::string{kAll[i].series}}},
                                          {"value", one.value ? Value{*one.value} : Value{}},
                                          {"absent", {one.absent}},
                                          {"best", one.best ? Value{*one.best} : Value{}},
                                          {"best_second", one.best ? Value{one.best_second} : Value{}}}});
    }
  }
  return {
      .kind = "Alignment",
      .value = {Value::Object{
          {"uplink", {uplink_}}, {"second", {second_}}, {"trouble", {trouble_}}, {"values", {std::move(quantities)}}}},
      .list = "",
      .item = "",
      .sections = {}};
}

}  // namespace karkara::cli
