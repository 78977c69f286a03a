#include "agent/power/vedirect/day_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace karkara::vedirect {
namespace {

constexpr std::size_t kMostDays = 31;
constexpr std::size_t kMostErrors = 4;
constexpr std::size_t kMostSerial = 32;
constexpr std::int64_t kMostDate = 1'000'000;  // local days since 1970
constexpr std::int64_t kMostWattHours = 1'000'000;
constexpr std::int64_t kMostWatts = 50'000;
constexpr std::int64_t kMostHundredths = 10'000;  // of a volt
constexpr std::int64_t kMostMinutes = 36 * 60;
constexpr std::int64_t kMostLifeWattHours = 1'000'000'000;
constexpr std::int64_t kMostPanelHundredths = 60'000;  // of a volt
constexpr double kHundred = 100;

template <class Number>
std::string number_text(const std::optional<Number>& number) {
  return number ? fmt::format("{}", *number) : "-";
}
template <class Tag>
std::string quantity_text(const std::optional<Quantity<Tag>>& quantity, double times = 1) {
  return quantity ? fmt::format("{}", std::llround(quantity->value() * times)) : "-";
}
std::string phase_text(const std::optional<std::chrono::minutes>& phase) {
  return phase ? fmt::format("{}", std::min<std::int64_t>(phase->count(), kMostMinutes)) : "-";
}
std::string dated_text(const std::optional<DatedDay>& day) {
  return day ? fmt::format("{} {}", day->number, day->date) : "- -";
}

std::string errors_text(const std::vector<std::uint8_t>& errors) {
  return errors.empty() ? "-" : fmt::format("{}", fmt::join(errors, ","));
}

std::string totals_text(const ChargerTotals& totals) {
  return fmt::format("totals {} {} {} {} {} {}\n", quantity_text(totals.yield), quantity_text(totals.user_yield),
                     quantity_text(totals.panel_most, kHundred), quantity_text(totals.battery_most, kHundred),
                     totals.days_kept, errors_text(totals.errors));
}

std::string day_text(const ChargerDay& day) {
  return fmt::format("{} {} {} {} {} {} {} {} {}", quantity_text(day.yield), quantity_text(day.load),
                     quantity_text(day.panel_most), quantity_text(day.battery_most, kHundred),
                     quantity_text(day.battery_least, kHundred), phase_text(day.bulk), phase_text(day.absorption),
                     phase_text(day.floating), errors_text(day.errors));
}

// Words with one space between; the first thing that does not fit spoils all of it.
class Words {
 public:
  explicit Words(std::string_view line) : rest_{line} {}

  std::string_view word() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    sound_ = sound_ && !word.empty();
    return word;
  }
  std::optional<std::int64_t> number(std::int64_t most) {
    const std::string_view text = word();
    return text == "-" ? std::nullopt : std::optional{read(text, most)};
  }
  std::int64_t needed(std::int64_t most) { return read(word(), most); }
  template <class Unit>
  std::optional<Unit> quantity(std::int64_t most, double over = 1) {
    const auto said = number(most);
    return said ? std::optional{Unit{static_cast<double>(*said) / over}} : std::nullopt;
  }
  std::optional<std::chrono::minutes> phase() {
    const auto said = number(kMostMinutes);
    return said ? std::optional{std::chrono::minutes{*said}} : std::nullopt;
  }
  std::vector<std::uint8_t> errors() {
    std::string_view text = word();
    std::vector<std::uint8_t> errors;
    while (text != "-" && !text.empty() && sound_) {
      const std::size_t end = std::min(text.find(','), text.size());
      errors.push_back(static_cast<std::uint8_t>(read(text.substr(0, end), std::numeric_limits<std::uint8_t>::max())));
      text.remove_prefix(std::min(end + 1, text.size()));
      sound_ = sound_ && errors.size() <= kMostErrors;
    }
    return errors;
  }
  [[nodiscard]] bool is_sound() const { return sound_; }
  [[nodiscard]] bool ended() const { return sound_ && rest_.empty(); }

 private:
  std::int64_t read(std::string_view text, std::int64_t most) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    sound_ = sound_ && error == std::errc{} && end == text.data() + text.size() && number >= 0 && number <= most;
    return sound_ ? number : 0;
  }
  std::string_view rest_;
  bool sound_ = true;
};

std::optional<std::uint16_t> number_from(Words& words) {
  const auto number = words.number(kDayNumbers - 1);
  return number ? std::optional{static_cast<std::uint16_t>(*number)} : std::nullopt;
}

ChargerDay day_from(Words& words) {
  ChargerDay day;
  day.yield = words.quantity<WattHours>(kMostWattHours);
  day.load = words.quantity<WattHours>(kMostWattHours);
  day.panel_most = words.quantity<Watts>(kMostWatts);
  day.battery_most = words.quantity<Volts>(kMostHundredths, kHundred);
  day.battery_least = words.quantity<Volts>(kMostHundredths, kHundred);
  day.bulk = words.phase();
  day.absorption = words.phase();
  day.floating = words.phase();
  day.errors = words.errors();
  return day;
}

std::optional<DatedDay> dated_from(Words& words) {
  const auto number = number_from(words);
  const auto date = words.number(kMostDate);
  return number && date ? std::optional{DatedDay{*number, *date}} : std::nullopt;
}

void charger_from(Words& words, DayMemory& memory) {
  const std::string_view serial = words.word();
  memory.serial = serial == "-" ? "" : serial.substr(0, kMostSerial);
  memory.asked_on = number_from(words);
  memory.has_no_history = words.needed(1) == 1;
  memory.first_kept = number_from(words);
}

ChargerTotals totals_from(Words& words) {
  ChargerTotals totals;
  totals.yield = words.quantity<WattHours>(kMostLifeWattHours);
  totals.user_yield = words.quantity<WattHours>(kMostLifeWattHours);
  totals.panel_most = words.quantity<Volts>(kMostPanelHundredths, kHundred);
  totals.battery_most = words.quantity<Volts>(kMostHundredths, kHundred);
  totals.days_kept = static_cast<unsigned>(words.needed(std::numeric_limits<std::uint8_t>::max()));
  totals.errors = words.errors();
  return totals;
}

void kept_from(Words& words, DayMemory& memory) {
  KeptDay kept;
  kept.number = static_cast<std::uint16_t>(words.needed(kDayNumbers - 1));
  const auto from = static_cast<DayFrom>(words.needed(static_cast<std::int64_t>(DayFrom::Charger)));
  kept.handed_on = words.needed(1) == 1;
  kept.day = day_from(words);
  kept.day.from = from;
  memory.days.push_back(std::move(kept));
}

bool take_line(std::string_view line, DayMemory& memory) {
  Words words{line};
  const std::string_view kind = words.word();
  if (kind == "charger") {
    charger_from(words, memory);
  } else if (kind == "dates") {
    memory.dated_before = dated_from(words);
    memory.dated = dated_from(words);
  } else if (kind == "today") {
    const auto number = static_cast<std::uint16_t>(words.needed(kDayNumbers - 1));
    const WattHours missed{static_cast<double>(words.needed(kMostWattHours))};
    memory.today = DayTally{number, day_from(words), missed};
  } else if (kind == "totals") {
    memory.totals = totals_from(words);
  } else if (kind == "day" && memory.days.size() < kMostDays) {
    kept_from(words, memory);
  } else {
    return false;
  }
  return words.ended();
}

}  // namespace

std::string to_text(const DayMemory& memory) {
  std::string text =
      fmt::format("charger {} {} {} {}\ndates {} {}\n", memory.serial.empty() ? "-" : memory.serial,
                  number_text(memory.asked_on), memory.has_no_history ? 1 : 0, number_text(memory.first_kept),
                  dated_text(memory.dated_before), dated_text(memory.dated));
  if (memory.today) {
    text += fmt::format("today {} {} {}\n", memory.today->number(), std::llround(memory.today->missed().value()),
                        day_text(memory.today->day()));
  }
  if (memory.totals) {
    text += totals_text(*memory.totals);
  }
  for (const KeptDay& kept : memory.days) {
    text += fmt::format("day {} {} {} {}\n", kept.number, static_cast<int>(kept.day.from), kept.handed_on ? 1 : 0,
                        day_text(kept.day));
  }
  return text;
}

Result<DayMemory> day_memory_from(std::string_view text) {
  DayMemory memory;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!take_line(text.substr(0, end), memory)) {
      return Error{ErrorCode::DataLoss, "a line that is no day and nothing else that is known"};
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return memory;
}

}  // namespace karkara::vedirect
