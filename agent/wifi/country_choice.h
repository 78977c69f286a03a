// Whose rules of the air hold: asks the kernel for the country's, and where it has none for the configured stand-in's.
// Refuses to guess a country, and to call the world's rules a country's. Composed by WifiFeature.
#pragma once

#include <optional>
#include <string>

#include "agent/wifi/channel_plan.h"
#include "common/time.h"

namespace karkara {

class CountryChoice {
 public:
  static constexpr Duration kTakes = std::chrono::seconds{6};  // the kernel waits 3.1 s for a program that may know it
  static constexpr Duration kAgain = std::chrono::minutes{10};

  CountryChoice() = default;
  CountryChoice(std::string wanted, std::string stand_in)
      : wanted_{std::move(wanted)}, stand_in_{std::move(stand_in)} {}

  // seen: whose rules hold now. The country to ask for, or nothing.
  [[nodiscard]] std::optional<std::string> follow(const std::string& seen, Instant now);
  [[nodiscard]] Instant next_deadline() const { return wake_; }

  // Until then nothing is set up: what is right may change at any moment.
  [[nodiscard]] bool is_settled() const { return settled_; }
  // As far as people are told: asking again now and then is no news.
  [[nodiscard]] bool is_decided() const { return settled_ || gave_up_; }
  [[nodiscard]] bool is_substituted() const { return is_decided() && seen_ != wanted_; }
  [[nodiscard]] bool is_known() const { return settled_ && (seen_ == wanted_ || is_stand_in()); }
  // A radio whose firmware has rules of its own follows those.
  [[nodiscard]] AirRules rules_of(const std::string& own) const;
  [[nodiscard]] std::string country() const { return is_known() ? seen_ : std::string{}; }
  [[nodiscard]] std::string instead() const { return is_known() ? seen_ : std::string{"none"}; }
  [[nodiscard]] const std::string& wanted() const { return wanted_; }
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] bool is_stand_in() const { return !stand_in_.empty() && seen_ == stand_in_; }

  std::string wanted_;
  std::string stand_in_;
  std::string seen_;
  bool settled_ = false;
  bool gave_up_ = false;  // the last time that it was asked for
  unsigned asked_ = 0;    // 1: for the country, 2: for the stand-in too
  Instant wait_until_{};
  Instant wake_ = Instant::max();
};

}  // namespace karkara
