#include "controller/cli/align_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <set>
#include <string_view>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

constexpr const char* kHome = "\x1b[H";
constexpr const char* kClearLine = "\x1b[K\r\n";
constexpr const char* kClearBelow = "\x1b[J";
constexpr double kOldSeconds = 3;       // hands have moved the dish meanwhile
constexpr std::uint64_t kPatience = 5;  // seconds: a terminal takes a while to be asked and to answer
constexpr std::size_t kTrendOf = 5;
constexpr std::size_t kNewest = 2;

double mean(std::deque<double>::const_iterator from, std::deque<double>::const_iterator to) {
  return std::accumulate(from, to, 0.0) / static_cast<double>(to - from);
}

char mark_of(Trend trend) {
  switch (trend) {
    case Trend::Unknown: return ' ';
    case Trend::Rising: return '^';
    case Trend::Falling: return 'v';
    case Trend::Steady: return '=';
  }
  return ' ';
}

std::string_view word_of(Trend trend) {
  switch (trend) {
    case Trend::Unknown: return "";
    case Trend::Rising: return "rising";
    case Trend::Falling: return "falling";
    case Trend::Steady: return "steady";
  }
  return "";
}

}  // namespace

Status AlignScreen::on_values(const v1::LiveValues& values, std::uint64_t second) {
  second_ = second;
  trouble_.clear();
  receives_ = {};
  for (Shown& one : shown_) {
    one.value.reset();
    one.absent.clear();
    one.told = false;
  }
  std::set<std::string> others;
  for (const v1::LiveValue& value : values.values()) {
    if (value.instance() == uplink_) {
      note_circumstances(value);
    } else if (!value.instance().empty()) {
      others.insert(value.instance());
    }
  }
  for (const v1::LiveValue& value : values.values()) {
    if (value.instance() == uplink_) {
      take(value);
    }
  }
  if (std::any_of(shown_.begin(), shown_.end(), [](const Shown& one) { return one.told; })) {
    return {};
  }
  return Error{ErrorCode::NotFound,
               fmt::format("nothing is measured of an uplink '{}'{}", uplink_,
                           others.empty() ? "" : fmt::format("; there are {}", fmt::join(others, ", ")))};
}

void AlignScreen::note_circumstances(const v1::LiveValue& value) {
  if (!value.has_value() || !std::isfinite(value.value())) {
    return;
  }
  if (value.name() == "uplink_receive_locked") {
    receives_.receive_locked = is_yes(value.value());
  } else if (value.name() == "uplink_signal_age_seconds") {
    receives_.age_seconds = value.value();
  } else if (value.name() == "uplink_signal_interval_seconds") {
    receives_.interval_seconds = value.value();
  }
}

void AlignScreen::take(const v1::LiveValue& value) {
  const auto known = std::find_if(kQuantities.begin(), kQuantities.end(),
                                  [&](const Quantity& quantity) { return quantity.series == value.name(); });
  if (known == kQuantities.end()) {
    return;
  }
  Shown& one = shown_[static_cast<std::size_t>(known - kQuantities.begin())];
  one.told = true;
  if (!value.has_value() || !std::isfinite(value.value())) {
    one.absent = value.absent().empty() ? "no value" : value.absent();
    one.last.clear();
    return;
  }
  one.value = value.value();
  one.last.push_back(*one.value);
  if (one.last.size() > kTrendOf) {
    one.last.pop_front();
  }
  if (counts() && (!one.best || is_better(*known, *one.value, *one.best))) {
    one.best = one.value;
    one.best_second = second_;
  }
}

void AlignScreen::on_trouble(std::string text, std::uint64_t second) {
  trouble_ = std::move(text);
  second_ = second;
  receives_ = {};
  for (Shown& one : shown_) {
    one.value.reset();
    one.absent = one.told ? "no answer" : "";
    one.last.clear();
  }
}

Trend AlignScreen::trend_of(std::size_t quantity) const {
  const std::deque<double>& last = shown_[quantity].last;
  if (kQuantities[quantity].step == 0 || last.size() < kNewest * 2) {
    return Trend::Unknown;
  }
  const auto newest = last.end() - static_cast<std::ptrdiff_t>(kNewest);
  const double change = mean(newest, last.end()) - mean(last.begin(), newest);
  const double step = last.back() - *newest;  // whoever has just turned too far must not hear that it rises
  if (change >= kQuantities[quantity].step && step >= 0) {
    return Trend::Rising;
  }
  return change <= -kQuantities[quantity].step && step <= 0 ? Trend::Falling : Trend::Steady;
}

std::optional<std::size_t> AlignScreen::leading() const {
  for (std::size_t i = 0; i < kQuantities.size(); ++i) {
    if (kQuantities[i].step != 0 && shown_[i].value) {
      return i;
    }
  }
  return std::nullopt;
}

bool AlignScreen::is_old() const {
  return receives_.age_seconds.value_or(0) > kOldSeconds;
}

unsigned AlignScreen::beeps() const {
  const auto lead = leading();
  if (!lead || is_old() || !counts()) {
    return 0;
  }
  const Shown& one = shown_[*lead];
  const bool rises = trend_of(*lead) == Trend::Rising;
  return rises && one.best_second == second_ ? 2 : rises ? 1 : 0;
}

std::string AlignScreen::value_text(std::size_t quantity) const {
  const Shown& one = shown_[quantity];
  if (!one.value) {
    return "(" + one.absent + ")";
  }
  if (kQuantities[quantity].better == Better::Yes) {
    return is_yes(*one.value) ? "locked" : receives_.receive_locked.value_or(false) ? "no network" : "no lock";
  }
  return number_text(kQuantities[quantity], *one.value);
}

std::string AlignScreen::row(std::size_t quantity, std::size_t columns) const {
  constexpr std::size_t kText = 50;  // of a line without its bar
  constexpr std::size_t kShortestBar = 8;
  constexpr std::size_t kLongestBar = 50;
  const Quantity& about = kQuantities[quantity];
  const Shown& one = shown_[quantity];
  std::string text = fmt::format("{:<9}{:>10} {}", about.label, value_text(quantity), mark_of(trend_of(quantity)));
  if (!about.bar || (!one.value && !one.best)) {
    return text;
  }
  if (about.better == Better::More && columns >= kText + kShortestBar) {
    text += " " + bar_of(about, one.value, one.best, std::min(columns - kText, kLongestBar));
  }
  if (one.best && one.value == one.best && about.better == Better::More) {
    return text + " BEST SO FAR";
  }
  return one.best ? text + fmt::format(" best {}, {} s ago", number_text(about, *one.best), second_ - one.best_second)
                  : text + " not counted without lock";
}

std::string AlignScreen::heading() const {
  return fmt::format("karkara local align {}: {}", uplink_,
                     trouble_.empty() ? fmt::format("{} s, Ctrl-C ends", second_) : trouble_);
}

// "Es/N0 rising; measured each 1 s, 0.4 s ago".
std::string AlignScreen::state_line() const {
  std::string text;
  if (const auto lead = leading(); lead && trend_of(*lead) != Trend::Unknown && !is_old()) {
    text = fmt::format("{} {}; ", kQuantities[*lead].label, word_of(trend_of(*lead)));
  }
  const bool heard = std::any_of(shown_.begin(), shown_.end(), [](const Shown& one) { return one.value.has_value(); });
  if (!heard && second_ >= kPatience) {
    text += "NOTHING HEARD YET, 'karkara local check' says why; ";
  }
  if (is_old()) {
    text += fmt::format("OLD: told {:.0f} s ago; ", *receives_.age_seconds);
  }
  if (receives_.interval_seconds) {
    text += fmt::format("asked each {:.0f} s", *receives_.interval_seconds);
  }
  return text.ends_with("; ") ? text.substr(0, text.size() - 2) : text;
}

Tone AlignScreen::state_tone() const {
  const auto lead = leading();
  const Trend trend = lead ? trend_of(*lead) : Trend::Unknown;
  return is_old()                  ? Tone::Bad
         : trend == Trend::Rising  ? Tone::Good
         : trend == Trend::Falling ? Tone::Warn
                                   : Tone::Plain;
}

std::string AlignScreen::draw(const Style& style) const {
  constexpr std::size_t kUsualColumns = 80;
  const std::size_t columns = style.width == 0 ? kUsualColumns : style.width;
  const auto lined = [&](const std::string& text, Tone tone) {
    return toned(cut_to(clean_text(text), columns), tone, style) + kClearLine;
  };
  std::string out = kHome + lined(heading(), trouble_.empty() ? Tone::Strong : Tone::Bad) +
                    lined(state_line(), state_tone()) + kClearLine;
  for (std::size_t i = 0; i < kQuantities.size(); ++i) {
    const Shown& one = shown_[i];
    if (!one.told) {
      continue;
    }
    Tone tone = !one.value || is_old() ? Tone::Dim : Tone::Plain;
    if (one.value && kQuantities[i].better == Better::Yes) {
      tone = is_yes(*one.value) ? Tone::Good : Tone::Bad;
    } else if (one.value && kQuantities[i].bar && one.value == one.best && !is_old()) {
      tone = Tone::Good;
    }
    out += lined(row(i, columns), tone);
  }
  return out + kClearBelow;
}

std::string AlignScreen::line() const {
  if (!trouble_.empty()) {
    return clean_text(trouble_);
  }
  std::string text;
  for (std::size_t i = 0; i < kQuantities.size(); ++i) {
    const Shown& one = shown_[i];
    if (!one.told) {
      continue;
    }
    text += text.empty() ? "" : ", ";
    text += kQuantities[i].better == Better::Yes && one.value ? "" : fmt::format("{} ", kQuantities[i].label);
    text += value_text(i);
    if (const std::string_view trend = word_of(trend_of(i)); !trend.empty()) {
      text += fmt::format(" {}", trend);
    }
    if (one.best && kQuantities[i].bar && kQuantities[i].better == Better::More) {
      text += fmt::format(" (best {})", number_text(kQuantities[i], *one.best));
    }
  }
  return clean_text(is_old() ? text + fmt::format(", told {:.0f} s ago", *receives_.age_seconds) : text);
}

View AlignScreen::view() const {
  const auto number = [](const std::optional<double>& value) { return value ? Value{*value} : Value{}; };
  Value::Array quantities;
  for (std::size_t i = 0; i < kQuantities.size(); ++i) {
    const Shown& one = shown_[i];
    if (one.told) {
      quantities.push_back({Value::Object{{"name", {std::string{kQuantities[i].series}}},
                                          {"value", number(one.value)},
                                          {"absent", {one.absent}},
                                          {"trend", {std::string{word_of(trend_of(i))}}},
                                          {"best", number(one.best)},
                                          {"best_second", one.best ? Value{one.best_second} : Value{}}}});
    }
  }
  return {.kind = "Alignment",
          .value = {Value::Object{{"uplink", {uplink_}},
                                  {"second", {second_}},
                                  {"trouble", {trouble_}},
                                  {"age_seconds", number(receives_.age_seconds)},
                                  {"interval_seconds", number(receives_.interval_seconds)},
                                  {"values", {std::move(quantities)}}}},
          .list = "",
          .item = "",
          .sections = {}};
}

}  // namespace karkara::cli
