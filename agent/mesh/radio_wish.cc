#include "agent/mesh/radio_wish.h"

#include <fmt/format.h>

#include <algorithm>

namespace karkara {
namespace {

bool concerns(const ShedRadio& shed, const RadioSettings& radio) {
  return shed.radio ? *shed.radio == radio.id : radio.role == RadioRole::AccessPoint;
}

class Wish {
 public:
  Wish(const RadioSettings& radio, const KnownTime& at, Duration utc_offset) : at_{at}, utc_offset_{utc_offset} {
    wish_.most = radio.power;
  }
  void keep_hours(const std::vector<DayHours>& open, const std::string& whose) {
    if (open.empty()) {
      return;
    }
    if (!at_.wall) {
      wish_.hours_unknown = true;
      return;
    }
    const auto of_day = local_time_of_day(*at_.wall, utc_offset_);
    for (const DayHours& each : open) {
      wish_.next_change = std::min(wish_.next_change, at_.now + until_border(each, of_day));
    }
    if (std::ranges::none_of(open, [&](const DayHours& each) { return holds(each, of_day); })) {
      turn_off(fmt::format("{}on only {}", whose, hours_text(open)));
    }
  }
  void take(const ShedRadio& shed) {
    const std::string stage = fmt::format("stage '{}'", shed.stage);
    if (shed.off) {
      turn_off(stage);
    }
    keep_hours(shed.hours, stage + ", ");
    if (shed.most && (!wish_.most || *shed.most < *wish_.most)) {
      wish_.most = shed.most;
      wish_.saves = true;
      quieter_because_ = stage;
    }
  }
  RadioWish result() && {
    if (wish_.on) {
      wish_.why = quieter_because_;
    }
    return std::move(wish_);
  }

 private:
  void turn_off(std::string why) {
    if (wish_.on) {
      wish_.why = std::move(why);
    }
    wish_.on = false;
  }

  const KnownTime& at_;
  Duration utc_offset_;
  RadioWish wish_;
  std::string quieter_because_;
};

}  // namespace

RadioWish radio_wish(const RadioSettings& radio, const Shedding& shedding, const KnownTime& at, Duration utc_offset) {
  Wish wish{radio, at, utc_offset};
  wish.keep_hours(radio.hours, "");
  for (const ShedRadio& shed : shedding.radios) {
    if (concerns(shed, radio)) {
      wish.take(shed);
    }
  }
  return std::move(wish).result();
}

}  // namespace karkara
