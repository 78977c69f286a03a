// The fields of one line of a plan's text, taken one after the other; the first that is wrong is remembered. Refuses to
// know which line has which: plan_parse.cc, its only caller, does. What it reads is what plan_text.cc writes.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

class PlanFields {
 public:
  explicit PlanFields(std::string_view line) : rest_{line} { word_ = take(); }

  [[nodiscard]] std::string_view word() const { return word_; }
  [[nodiscard]] bool fine() const { return fine_ && done_; }

  std::string text() {
    const std::string_view raw = take();
    if (raw == "%") {
      return {};
    }
    std::string value;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '%') {
        value += raw[i];
        continue;
      }
      if (i + 3 > raw.size()) {
        fine_ = false;
        break;
      }
      unsigned code = 0;
      const auto [end, error] = std::from_chars(raw.data() + i + 1, raw.data() + i + 3, code, 16);
      fine_ = fine_ && error == std::errc{} && end == raw.data() + i + 3;
      value += static_cast<char>(code);
      i += 2;
    }
    fine_ = fine_ && !raw.empty();
    return value;
  }
  template <class Whole>
  Whole whole(Whole low, Whole high) {
    Whole value = low;
    const std::string_view raw = take();
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    const bool good = error == std::errc{} && end == raw.data() + raw.size() && value >= low && value <= high;
    fine_ = fine_ && good;
    return good ? value : low;
  }
  double real(double low = -1e15, double high = 1e15) {
    double value = 0;
    const std::string_view raw = take();
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    const bool good = error == std::errc{} && end == raw.data() + raw.size() && value >= low && value <= high;
    fine_ = fine_ && good;
    return good ? value : low;
  }
  bool flag() {
    const std::string_view raw = take();
    fine_ = fine_ && (raw == "yes" || raw == "no");
    return raw == "yes";
  }
  std::uint32_t number() { return is_dash() ? kNoSite : whole<std::uint32_t>(0, kNoSite - 1); }
  Place place() {
    const double latitude = real(-90, 90);
    return {Degrees{latitude}, Degrees{real(-180, 180)}};
  }
  PlanCost cost() {
    const Money capex = whole<Money>(0, kMostMoney);
    const Money opex = whole<Money>(0, kMostMoney);
    return {capex, opex, whole<Money>(0, kMostMoney)};
  }
  template <class Kind>
  Kind one_of(std::initializer_list<Kind> kinds) {
    const std::string_view raw = take();
    for (const Kind kind : kinds) {
      if (to_string(kind) == raw) {
        return kind;
      }
    }
    fine_ = false;
    return *kinds.begin();
  }
  // Takes the next field if it is "-".
  bool is_dash() {
    const bool dash = rest_ == "-" || rest_.starts_with("-\t");
    if (dash) {
      take();
    }
    return dash;
  }

 private:
  std::string_view take() {
    fine_ = fine_ && !done_;
    const std::size_t tab = rest_.find('\t');
    const std::string_view field = rest_.substr(0, tab);
    done_ = tab == std::string_view::npos;
    rest_ = done_ ? std::string_view{} : rest_.substr(tab + 1);
    return field;
  }

  std::string_view rest_;
  std::string_view word_;
  bool fine_ = true;
  bool done_ = false;  // the last field was taken
};

}  // namespace karkara::planner
