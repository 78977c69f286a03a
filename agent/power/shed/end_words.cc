#include "agent/power/shed/end_words.h"

#include <utility>

#include "agent/facts/effect_list.h"

namespace karkara {
namespace {

SetAlarm gasp(bool raised, Fields fields = {}, std::optional<WallTime> at = {}) {
  return {{MessageId::LastGasp, ""}, raised, std::move(fields), at};
}

SetAlarm wake_alarm(const std::optional<WakeTrouble>& trouble) {
  return {{MessageId::WakeUpFails, ""}, trouble.has_value(), trouble ? Fields{{"why", trouble->why}} : Fields{}};
}

Persist keep(std::string_view key, std::string text) {
  return {std::string{key}, std::move(text), true};
}

}  // namespace

Status EndWords::restore_word(std::string_view kept) {
  auto word = last_word_from(kept);
  if (!word) {
    return word.error();
  }
  late_ = std::move(word).value();
  is_kept_ = true;
  return {};
}

Status EndWords::restore_wake(std::string_view kept, const std::vector<std::string>& wake_command) {
  auto trouble = wake_trouble_from(kept);
  if (!trouble) {
    return trouble.error();
  }
  if (trouble->command == mark_of(wake_command)) {
    trouble_ = std::move(trouble).value();
  }
  return {};
}

// The word is on disk before it is sent: the link may be down, and the cut may come first.
Effects EndWords::say(const EndOrders& orders, const std::vector<std::string>& wake_command, const KnownTime& at) {
  Effects effects;
  for (const EndDeed deed : orders.deeds) {
    switch (deed) {
      case EndDeed::Flush: break;
      case EndDeed::LastGasp:
        late_.reset();
        is_kept_ = is_told_ = true;
        effects.emplace_back(keep(kWordKey, to_text(LastWord{at.wall, orders.why, orders.plan})));
        effects.emplace_back(gasp(true, {{"why", orders.why}, {"wake", orders.plan}}));
        break;
      case EndDeed::CallOff: append(effects, end_called_off()); break;
    }
  }
  if (orders.wake_known && orders.wake_known->ok()) {
    append(effects, forget_wake());
  } else if (orders.wake_known) {
    trouble_ = WakeTrouble{mark_of(wake_command), orders.wake_known->error().text};
    trouble_is_told_ = true;
    effects.emplace_back(keep(kWakeKey, to_text(*trouble_)));
    effects.emplace_back(wake_alarm(trouble_));
  }
  return effects;
}

Effects EndWords::tick(const KnownTime& at) {
  Effects effects;
  if (trouble_ && !std::exchange(trouble_is_told_, true)) {
    effects.emplace_back(wake_alarm(trouble_));
  }
  if (!late_ || !at.wall) {
    return effects;
  }
  const LastWord word = *std::exchange(late_, std::nullopt);
  const Fields fields{{"why", word.why}, {"wake", word.wake}, {"told", "after the next start"}};
  effects.emplace_back(gasp(true, fields, word.at && *word.at <= *at.wall ? word.at : std::nullopt));
  effects.emplace_back(gasp(false));
  is_told_ = true;
  return effects;
}

Effects EndWords::heard() {
  if (!is_kept_ || !is_told_) {
    return {};
  }
  is_kept_ = false;
  return {keep(kWordKey, "")};
}

Effects EndWords::end_called_off() {
  Effects effects{gasp(false)};
  if (!late_ && std::exchange(is_kept_, false)) {
    effects.emplace_back(keep(kWordKey, ""));
  }
  return effects;
}

Effects EndWords::forget_wake() {
  if (!trouble_) {
    return {};
  }
  trouble_.reset();
  return {wake_alarm(trouble_), keep(kWakeKey, "")};
}

}  // namespace karkara
