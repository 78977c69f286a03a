// What hours, quotas and the battery leave each class of its terms, and how that is told.
#include <fmt/format.h>

#include <algorithm>

#include "agent/shaping/shaping_feature.h"

namespace karkara {

void ShapingFeature::judge_hours(std::size_t index, const KnownTime& at, ClassState& state) {
  const ClassShaping& of = settings_.classes[index];
  for (std::size_t number = 0; number < kUplinkKinds && !of.hours.empty(); ++number) {
    auto& [now, found] = hours_[index][number];
    if (!still_hold(now, found, at.wall)) {
      now = hours_now(of.hours, static_cast<UplinkKind>(number), at.wall, settings_.utc_offset);
      found = at.wall;
    }
    if (now.rule) {
      state.hours[number] = {of.hours[*now.rule].terms, of.hours[*now.rule].closed};
    }
    next_hours_ = std::min(next_hours_, next_look(now, at));
  }
}

// What the hours and the quotas leave each class.
void ShapingFeature::judge_terms(const KnownTime& at, Effects& effects) {
  const QuotaNews news = quotas_.tick(at);
  if (news.persist) {
    effects.push_back(*news.persist);
  }
  hours_.resize(settings_.classes.size());
  now_.classes.clear();
  next_hours_ = Instant::max();
  for (std::size_t i = 0; i < settings_.classes.size(); ++i) {
    const ClassShaping& of = settings_.classes[i];
    ClassState state;
    judge_hours(i, at, state);
    quotas_.apply(of.id, state);
    if (const auto shed = shed_.find(of.id.text()); shed != shed_.end()) {
      state.ceiling = state.ceiling ? std::min(*state.ceiling, shed->second) : shed->second;
    }
    now_.classes.push_back(std::move(state));
  }
  for (const ClassId& of : news.unbelieved) {
    effects.push_back(Note{MessageId::QuotaUnbelieved, {{"class", of.text()}}});
  }
  for (const QuotaStanding& standing : news.slowed) {
    effects.push_back(Note{MessageId::QuotaStep,
                           {{"class", standing.key.of.text()},
                            {"uplinks", standing.key.kind ? std::string{word_of(*standing.key.kind)} : "all"},
                            {"used_percent", fmt::format("{:.0f}", standing.used.value())},
                            {"ceiling_percent", fmt::format("{:.0f}", standing.ceiling->value())}}});
  }
}

void ShapingFeature::shed(const std::vector<ShedClass>& classes) {
  std::map<std::string, Percent> ceilings;
  for (const ShedClass& of : classes) {
    if (of.ceiling) {
      ceilings.emplace(of.service_class, *of.ceiling);
    }
  }
  if (ceilings != shed_) {
    shed_ = std::move(ceilings);
    next_hours_ = Instant{};  // the terms are judged anew at once
  }
}

std::string ShapingFeature::terms_text(std::size_t uplink, std::uint32_t number) const {
  if (number == 0 || number > settings_.classes.size()) {
    return "";
  }
  const ClassShaping& of = settings_.classes[number - 1];
  const UplinkKind on = settings_.uplinks[uplink].kind;
  const HoursNow& hours = hours_[number - 1][number_of(on)].now;
  const bool has_hours =
      std::any_of(of.hours.begin(), of.hours.end(), [on](const ClassHours& each) { return each.are_on(on); });
  std::string text;
  const auto add = [&text](const std::string& reason) { text += (text.empty() ? "" : "; ") + reason; };
  if (hours.rule) {
    const ClassHours& held = of.hours[*hours.rule];
    add(fmt::format("{}by its hours{}", held.closed ? "closed " : "",
                    held.kinds == kAllKinds ? "" : fmt::format(" on {}", word_of(on))));
  } else if (has_hours && !hours.clock_known) {
    add("outside of its hours, since the clock is not known");
  }
  if (std::any_of(of.on_kinds.begin(), of.on_kinds.end(),
                  [on](const ClassOnKind& each) { return each.kind == on && each.terms != ClassTerms{}; })) {
    add(fmt::format("by its terms on {}", word_of(on)));
  }
  for (const QuotaStanding& standing : quotas_.standings()) {
    const auto& kind = standing.key.kind;
    if (standing.key.of == of.id && standing.ceiling && (!kind || *kind == on)) {
      add(fmt::format("{:.0f} % of its quota used{}{}", standing.used.value(),
                      kind ? fmt::format(" on {}", word_of(*kind)) : "",
                      standing.dated ? "" : ", by uptime while the clock is not known"));
    }
  }
  if (const auto shed = shed_.find(of.id.text()); shed != shed_.end()) {
    add(fmt::format("{:g} % at most, to save the battery", shed->second.value()));
  }
  return text;
}

}  // namespace karkara
