#include "agent/wifi/country_choice.h"

namespace karkara {
namespace {

bool is_country(const std::string& text) {
  return text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

}  // namespace

// What stands in already is left alone: asking for a country that the kernel has not would take all rules back for
// seconds, under radios that send.
std::optional<std::string> CountryChoice::follow(const std::string& seen, Instant now) {
  seen_ = seen;
  wake_ = Instant::max();
  if (seen_ == wanted_ || is_stand_in()) {
    settled_ = true;
    gave_up_ = false;
    asked_ = 0;
    return std::nullopt;
  }
  if (now < wait_until_) {
    wake_ = wait_until_;
    return std::nullopt;
  }
  const unsigned most = stand_in_.empty() ? 1 : 2;
  if (asked_ == most) {
    settled_ = true;  // with the world's, or whosever they are
    gave_up_ = true;
    asked_ = 0;
    wait_until_ = now + kAgain;
    wake_ = wait_until_;
    return std::nullopt;
  }
  ++asked_;
  settled_ = false;
  wait_until_ = now + kTakes;
  wake_ = wait_until_;
  return asked_ == 1 ? wanted_ : stand_in_;
}

AirRules CountryChoice::rules_of(const std::string& own) const {
  if (!own.empty()) {
    return {is_country(own) ? own + ", its firmware's own" : "its firmware's world", is_country(own)};
  }
  return {is_known() ? seen_ : "the world (" + seen_ + ")", is_known()};
}

std::string CountryChoice::text() const {
  if (!settled_) {
    return "asking for " + wanted_;
  }
  if (seen_ == wanted_) {
    return wanted_;
  }
  return (is_known() ? seen_ : "the world (" + seen_ + ")") + " in place of " + wanted_;
}

}  // namespace karkara
