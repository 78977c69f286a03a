#include "agent/power/vedirect/day_book.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace karkara::vedirect {
namespace {

constexpr Duration kGap = std::chrono::minutes{5};  // beyond, nobody listened
constexpr unsigned kSureAfter = 3;                  // blocks: eight bits of checksum let one damaged block in 256 pass
constexpr std::chrono::minutes kLongestPhase{36 * 60};  // a charger may miss one sunrise
constexpr double kWattHours = 1000;
constexpr double kMostVolts = 100;
constexpr double kMostWatts = 50'000;
constexpr double kMostKilowattHours = 1'000;
constexpr double kMostLifeKilowattHours = 1'000'000;
constexpr double kMostPanelVolts = 600;

template <class Unit>
std::optional<Unit> plausible(const Value& value, double most, double times = 1) {
  const double* told = std::get_if<double>(&value);
  return told != nullptr && *told <= most ? std::optional{Unit{*told * times}} : std::nullopt;
}

std::optional<std::chrono::minutes> plausible(std::chrono::minutes phase) {
  return phase <= kLongestPhase ? std::optional{phase} : std::nullopt;
}

ChargerDay day_of(const HistoryDay& told) {
  ChargerDay day;
  day.from = DayFrom::Charger;
  day.yield = plausible<WattHours>(told.yield_kwh, kMostKilowattHours, kWattHours);
  day.load = plausible<WattHours>(told.load_kwh, kMostKilowattHours, kWattHours);
  day.panel_most = plausible<Watts>(told.panel_watts_most, kMostWatts);
  day.battery_most = plausible<Volts>(told.battery_volts_most, kMostVolts);
  day.battery_least = plausible<Volts>(told.battery_volts_least, kMostVolts);
  day.bulk = plausible(told.bulk);
  day.absorption = plausible(told.absorption);
  day.floating = plausible(told.floating);
  std::ranges::copy_if(told.errors, std::back_inserter(day.errors), [](std::uint8_t error) { return error != 0; });
  return day;
}

// What may stand in a memory.
bool is_plain_serial(std::string_view serial) {
  constexpr std::size_t kLongest = 32;
  return serial.size() <= kLongest && std::ranges::all_of(serial, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

std::uint16_t number_before(std::uint16_t number, unsigned days) {
  return static_cast<std::uint16_t>((number + kDayNumbers - days % kDayNumbers) % kDayNumbers);
}

}  // namespace

// Whether the day's number can be believed.
bool DayBook::is_settled(const DayGlance& glance) {
  if (today_ && today_->number() == glance.number) {
    next_seen_ = 0;
    return true;
  }
  next_seen_ = glance.number == next_number_ ? next_seen_ + 1 : 1;
  next_number_ = glance.number;
  return next_seen_ >= kSureAfter;
}

bool DayBook::see(const DayGlance& glance, std::string_view told_serial, Instant now) {
  const std::string_view serial = is_plain_serial(told_serial) ? told_serial : std::string_view{};
  if (!serial.empty() && !serial_.empty() && serial != serial_) {
    *this = DayBook{};
  }
  if (!serial.empty()) {
    serial_ = serial;
  }
  if (!is_settled(glance)) {
    return false;
  }
  std::optional<Duration> since;
  if (seen_at_ && now >= *seen_at_ && now - *seen_at_ <= kGap) {
    since = now - *seen_at_;
  }
  seen_at_ = now;
  if (today_ && today_->number() == glance.number) {
    today_->see(glance, since);
    return false;
  }
  turn_over(glance, since, now);
  return true;
}

void DayBook::turn_over(const DayGlance& glance, std::optional<Duration> since, Instant now) {
  const auto before = std::exchange(today_, DayTally::begin(glance, since));
  began_.reset();
  if (!before) {
    return;
  }
  const unsigned passed = age_of(before->number());
  if (since && passed == 1) {
    began_ = now;
  }
  if (passed <= kMostAge) {
    keep({before->number(), before->finish(passed == 1 ? &glance : nullptr, since), false});
  }
  std::erase_if(days_, [&](const KeptDay& kept) { return age_of(kept.number) > kMostAge; });
  if (first_kept_ && age_of(*first_kept_) > kMostAge) {
    first_kept_.reset();  // the numbers come round
  }
}

void DayBook::keep(KeptDay day) {
  std::erase_if(days_, [&](const KeptDay& kept) { return kept.number == day.number; });
  const auto place =
      std::ranges::find_if(days_, [&](const KeptDay& kept) { return age_of(kept.number) > age_of(day.number); });
  days_.insert(place, std::move(day));
}

const KeptDay* DayBook::find(std::uint16_t number) const {
  const auto found = std::ranges::find(days_, number, &KeptDay::number);
  return found != days_.end() ? &*found : nullptr;
}

bool DayBook::wants_asking() const {
  return today_ && !has_no_history_ && asked_on_ != today_->number() && !missing().empty();
}

std::vector<unsigned> DayBook::missing() const {
  std::vector<unsigned> ages;
  if (!today_) {
    return ages;
  }
  const unsigned oldest = first_kept_ ? std::min(kMostAge, age_of(*first_kept_)) : kMostAge;
  for (unsigned age = 1; age <= oldest; ++age) {
    const KeptDay* kept = find(number_before(today_->number(), age));
    if (kept == nullptr || kept->day.from == DayFrom::AgentInPart) {
      ages.push_back(age);
    }
  }
  return ages;
}

void DayBook::told(const HistoryDay& day) {
  if (!today_ || day.days_ago == 0 || day.days_ago > kMostAge) {
    return;
  }
  const std::uint16_t number = number_before(today_->number(), day.days_ago);
  const KeptDay* kept = find(number);
  if (kept == nullptr || kept->day.from == DayFrom::AgentInPart) {
    keep({number, day_of(day), false});
  }
}

void DayBook::told(const HistoryTotal& total) {
  ChargerTotals totals;
  totals.yield = plausible<WattHours>(total.yield_kwh, kMostLifeKilowattHours, kWattHours);
  totals.user_yield = plausible<WattHours>(total.user_yield_kwh, kMostLifeKilowattHours, kWattHours);
  totals.panel_most = plausible<Volts>(total.panel_volts_most, kMostPanelVolts);
  totals.battery_most = plausible<Volts>(total.battery_volts_most, kMostVolts);
  totals.days_kept = total.days_kept;
  std::ranges::copy_if(total.errors, std::back_inserter(totals.errors), [](std::uint8_t error) { return error != 0; });
  totals_ = std::move(totals);
}

void DayBook::round_ended(std::optional<unsigned> nothing_from, bool has_no_history) {
  if (!today_) {
    return;
  }
  asked_on_ = today_->number();
  has_no_history_ = has_no_history;
  if (nothing_from) {
    first_kept_ = number_before(today_->number(), *nothing_from - 1);
  }
}

std::vector<ChargerDay> DayBook::take_told() {
  std::vector<ChargerDay> told;
  if (!today_ || !dates_.date_of(today_->number())) {
    return told;
  }
  for (auto kept = days_.rbegin(); kept != days_.rend(); ++kept) {
    if (kept->day.from == DayFrom::Charger && !kept->handed_on) {
      kept->handed_on = true;
      ChargerDay& day = told.emplace_back(kept->day);
      day.days_ago = age_of(kept->number);
      day.date = dates_.date_of(kept->number);
    }
  }
  return told;
}

std::vector<ChargerDay> DayBook::days() const {
  std::vector<ChargerDay> days;
  if (!today_) {
    return days;
  }
  days.push_back(today_->so_far());
  days.back().date = dates_.date_of(today_->number());
  for (const KeptDay& kept : days_) {
    ChargerDay& day = days.emplace_back(kept.day);
    day.days_ago = age_of(kept.number);
    day.date = dates_.date_of(kept.number);
  }
  return days;
}

std::size_t DayBook::told_count() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(days_, [](const KeptDay& kept) { return kept.day.from == DayFrom::Charger; }));
}

DayMemory DayBook::memory() const {
  return {serial_, asked_on_, has_no_history_, first_kept_, dates_.before(), dates_.last(), today_, totals_, days_};
}

void DayBook::restore(DayMemory memory) {
  *this = DayBook{};
  serial_ = std::move(memory.serial);
  asked_on_ = memory.asked_on;
  has_no_history_ = memory.has_no_history;
  first_kept_ = memory.first_kept;
  dates_.restore(memory.dated_before, memory.dated);
  today_ = std::move(memory.today);
  totals_ = std::move(memory.totals);
  if (!today_) {
    return;
  }
  for (KeptDay& kept : memory.days) {
    if (const unsigned age = age_of(kept.number); age > 0 && age <= kMostAge) {
      keep(std::move(kept));
    }
  }
}

}  // namespace karkara::vedirect
