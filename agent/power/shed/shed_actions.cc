#include "agent/power/shed/shed_actions.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "common/overloaded.h"

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::minutes;

std::string rhythm(const RestUplink& rest) {
  return rest.on > Duration{0} ? fmt::format("on for {} of every {} minutes", duration_cast<minutes>(rest.on).count(),
                                             duration_cast<minutes>(rest.period).count())
                               : std::string{"off"};
}

std::string describe_radio(const ShedRadio& radio) {
  std::string text = radio.radio ? fmt::format("radio '{}'", radio.radio->text()) : std::string{"all access points"};
  if (radio.off) {
    text += " off";
  } else if (radio.most) {
    text += fmt::format(" at {:.0f} dBm", radio.most->value());
  }
  if (!radio.hours.empty()) {
    text += " on " + hours_text(radio.hours);
  }
  return text;
}

// A configured period of 0 would be no rhythm at all.
bool has_rhythm(const RestUplink& rest) {
  return rest.on > Duration{0} && rest.period > rest.on;
}

class Wish {
 public:
  Wish(const SheddingSettings& settings, Instant now) : now_{now} {
    for (const RelaySettings& relay : settings.relays) {
      wish_.relays[relay.id] = true;
    }
  }
  void take(const ShedStage& stage, std::optional<WallTime> wall, Duration utc_offset) {
    if (!in_hours(stage.hours, wall, utc_offset)) {
      return;
    }
    const std::string back = stage.hours && wall ? ", back at " + clock_text(stage.hours->to) : std::string{};
    for (const ShedAction& action : stage.actions) {
      std::visit(Overloaded{[&](const ShedClassOff& off) { class_named(off.service_class).off = true; },
                            [&](const ShedClassCeiling& slower) {
                              auto& ceiling = class_named(slower.service_class).ceiling;
                              ceiling = std::min(ceiling.value_or(slower.ceiling), slower.ceiling);
                            },
                            [&](const RestUplink& rest) { take_rest(rest, stage.id, back); },
                            [&](const RelayOff& off) { put_off(off.relay); },
                            [&](const ShedRadio& radio) { take_radio(radio, stage, !stage.hours || wall); }},
                 action);
    }
  }
  ShedWish result() && { return std::move(wish_); }

 private:
  void changes_in(Duration time) { wish_.next_change = std::min(wish_.next_change, now_ + time); }
  void put_off(const DeviceId& relay) {
    if (const auto known = wish_.relays.find(relay); known != wish_.relays.end()) {
      known->second = false;
    }
  }
  ShedClass& class_named(const std::string& service_class) {
    auto& classes = wish_.shedding.classes;
    const auto known = std::ranges::find(classes, service_class, &ShedClass::service_class);
    return known != classes.end() ? *known : classes.emplace_back(ShedClass{service_class});
  }

  bool in_hours(const std::optional<ShedHours>& hours, std::optional<WallTime> wall, Duration utc_offset) {
    if (!hours || hours->from == hours->to) {
      return true;
    }
    if (!wall) {
      wish_.hours_unknown = true;
      return true;
    }
    const std::chrono::microseconds of_day = local_time_of_day(*wall, utc_offset);
    changes_in(until_border(*hours, of_day));
    return holds(*hours, of_day);
  }

  // A stage whose hours are not known may turn a radio down, but not off: nobody could be told why.
  void take_radio(ShedRadio radio, const ShedStage& stage, bool hours_known) {
    radio.stage = stage.id;
    radio.off = radio.off && hours_known;
    if (!hours_known) {
      radio.hours.clear();
    }
    wish_.shedding.radios.push_back(std::move(radio));
  }

  void take_rest(const RestUplink& rest, const std::string& stage, const std::string& back) {
    if (has_rhythm(rest)) {
      const Duration phase = now_.since_boot() % rest.period;
      const bool on = phase < rest.on;
      changes_in((on ? rest.on : rest.period) - phase);
      if (on) {
        return;
      }
    } else if (rest.on > Duration{0}) {
      return;
    }
    if (rest.relay) {
      put_off(*rest.relay);
    }
    auto& resting = wish_.shedding.resting;
    if (std::ranges::find(resting, rest.uplink, &RestingUplink::uplink) == resting.end()) {
      const std::string how = has_rhythm(rest) ? ", " + rhythm(rest) : std::string{};
      resting.push_back({rest.uplink, fmt::format("saves the battery: stage '{}'{}{}", stage, how, back)});
    }
  }

  Instant now_;
  ShedWish wish_;
};

}  // namespace

ShedWish shed_wish(const SheddingSettings& settings, unsigned stage, std::string_view reason, Instant now,
                   std::optional<WallTime> wall, Duration utc_offset) {
  const std::size_t taken = std::min<std::size_t>(stage, settings.stages.size());
  Wish building{settings, now};
  for (std::size_t i = 0; i < taken; ++i) {
    building.take(settings.stages[i], wall, utc_offset);
  }
  ShedWish wish = std::move(building).result();
  wish.shedding.stage = static_cast<unsigned>(taken);
  wish.shedding.stage_id = taken == 0 ? std::string{} : settings.stages[taken - 1].id;
  wish.shedding.reason = reason;
  return wish;
}

std::vector<std::string> describe(const ShedStage& stage) {
  std::vector<std::string> lines;
  const std::string hours =
      stage.hours ? fmt::format(" from {} to {}", clock_text(stage.hours->from), clock_text(stage.hours->to))
                  : std::string{};
  for (const ShedAction& action : stage.actions) {
    lines.push_back(
        std::visit(Overloaded{[](const ShedClassOff& off) { return fmt::format("class '{}' off", off.service_class); },
                              [](const ShedClassCeiling& slower) {
                                return fmt::format("class '{}' at {:.0f} %", slower.service_class,
                                                   slower.ceiling.value());
                              },
                              [](const RestUplink& rest) {
                                return fmt::format("uplink '{}' {}", rest.uplink.text(), rhythm(rest));
                              },
                              [](const RelayOff& off) { return fmt::format("relay '{}' off", off.relay.text()); },
                              [](const ShedRadio& radio) { return describe_radio(radio); }},
                   action) +
        hours);
  }
  return lines;
}

}  // namespace karkara
