#include "agent/power/sun/forecast_memory.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <concepts>
#include <iterator>
#include <span>

#include "common/crc32c.h"

namespace karkara {
namespace {

constexpr std::string_view kHeader = "karkara-sun 2";
constexpr std::string_view kHeaderBefore = "karkara-sun 1";  // of the release before: without what it is of
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned kDigitBits = 6;
constexpr std::size_t kCheckLength = 9;  // a space and 8 digits

std::string check_of(std::string_view text) {
  return fmt::format(" {:08x}", crc32c(std::as_bytes(std::span{text})));
}

// The two have the same verbs, so that one walk over the memory writes and reads it.
class Writer {
 public:
  void number(double& value, double /*least*/, double /*most*/) { fmt::format_to(out(), " {:.6g}", value); }
  void whole(std::int64_t& value, std::int64_t /*least*/, std::int64_t /*most*/) {
    fmt::format_to(out(), " {}", value);
  }
  void codes(std::span<LogCode> codes) {
    text_ += ' ';
    for (const LogCode code : codes) {
      text_ += kDigits[code.code() >> kDigitBits];
      text_ += kDigits[code.code() & ((1U << kDigitBits) - 1)];
    }
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  std::back_insert_iterator<std::string> out() { return std::back_inserter(text_); }
  std::string text_{kHeader};
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_{text} {}
  void number(double& value, double least, double most) { read(value, least, most); }
  void whole(std::int64_t& value, std::int64_t least, std::int64_t most) { read(value, least, most); }
  void codes(std::span<LogCode> codes) {
    const std::string_view digits = word();
    good_ = good_ && digits.size() == 2 * codes.size();
    for (std::size_t i = 0; good_ && i < codes.size(); ++i) {
      const std::size_t high = kDigits.find(digits[2 * i]);
      const std::size_t low = kDigits.find(digits[2 * i + 1]);
      good_ = high != kDigits.npos && low != kDigits.npos;
      codes[i] = good_ ? LogCode::raw(static_cast<std::uint16_t>((high << kDigitBits) + low)) : LogCode{};
    }
  }
  [[nodiscard]] bool good_to_the_end() const { return good_ && rest_.empty(); }

 private:
  std::string_view word() {
    if (rest_.empty() || rest_.front() != ' ') {
      good_ = false;
      return {};
    }
    rest_.remove_prefix(1);
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(word.size());
    return word;
  }
  template <class T>
  void read(T& value, T least, T most) {
    const std::string_view digits = word();
    T read{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), read);
    // Written so that a value that is no number fails.
    good_ = good_ && error == std::errc{} && end == digits.data() + digits.size() && read >= least && read <= most;
    value = good_ ? read : value;
  }
  std::string_view rest_;
  bool good_ = true;
};

template <std::size_t N>
void walk_days(DailyCodes<N>& days, auto& pass) {
  constexpr std::int64_t kLastDay = 4'000'000;  // beyond the year 10 000
  std::int64_t newest = days.newest();
  auto codes = days.codes();
  pass.whole(newest, DailyCodes<N>::kNoDay, kLastDay);
  pass.codes(codes);
  days.restore(newest, codes);
}

void walk(Soiling::Memory& soiling, auto& pass) {
  constexpr std::int64_t kFarDays = 5'000'000;
  walk_days(soiling.levels, pass);
  pass.number(soiling.best, 0, 1e6);
  pass.whole(soiling.clean_since, -kFarDays, kFarDays);
  std::int64_t wants = soiling.wants_cleaning ? 1 : 0;
  pass.whole(wants, 0, 1);
  soiling.wants_cleaning = wants == 1;
}

void walk(UsableEnergy::Memory& usable, auto& pass) {
  pass.codes(usable.worth.codes());
  pass.codes(usable.cuts.codes());
  for (auto& bin : usable.bins) {
    pass.number(bin.offset, -1, 1);
    pass.number(bin.hours, 0, 1000);
  }
}

void walk(LoadProfile::Bias& bias, auto& pass) {
  pass.number(bias.weight, 0, 1000);
  pass.number(bias.mean, -1, 1);
  pass.number(bias.square, 0, 1);
}

void walk(LoadProfile::Memory& load, auto& pass) {
  for (auto& stage : load.cells) {
    for (auto& cell : stage) {
      pass.codes(cell.codes());
    }
  }
  for (auto& stage : load.unplaced) {
    pass.codes(stage.codes());
  }
  for (auto& weekday : load.weekdays) {
    walk(weekday, pass);
  }
  walk(load.all, pass);
  pass.number(load.recent.residual, -1, 1);
  pass.number(load.recent.products, -1000, 1000);
  pass.number(load.recent.squares, 0, 1000);
}

void walk(ForecastMemory& memory, auto& pass) {
  walk(memory.soiling, pass);
  walk_days(memory.clearness, pass);
  pass.number(memory.guessed_level, 0, 1e6);
  pass.number(memory.conversion, 0.5, 1);
  pass.codes(memory.mornings.codes());
  walk(memory.usable, pass);
  walk(memory.load, pass);
  if (memory.of) {
    pass.number(memory.of->array_rated, 0, 1e6);
    pass.number(memory.of->capacity, 0, 1e6);
    pass.number(memory.of->nominal, 0, 1e4);
    pass.whole(memory.of->lithium, 0, 1);
  }
}

}  // namespace

std::string ForecastMemory::encode() const {
  ForecastMemory copy = *this;
  copy.of = copy.of.value_or(Of{});
  Writer writer;
  walk(copy, writer);
  std::string text = std::move(writer).text();
  text += check_of(text);
  return text;
}

Result<ForecastMemory> ForecastMemory::decode(std::string_view text) {
  const auto refused = [](std::string_view why) {
    return Error{ErrorCode::InvalidArgument, "memory of the sun: " + std::string{why}};
  };
  if (text.size() > kMostBytes || text.size() < kHeader.size() + kCheckLength) {
    return refused(fmt::format("{} bytes are no memory", text.size()));
  }
  const std::string_view body = text.substr(0, text.size() - kCheckLength);
  if (text.substr(body.size()) != check_of(body)) {
    return refused("its check fails");
  }
  const bool is_of_before = body.starts_with(kHeaderBefore);
  if (!is_of_before && !body.starts_with(kHeader)) {
    return refused("another version");
  }
  Reader reader{body.substr(kHeader.size())};
  ForecastMemory memory;
  if (!is_of_before) {
    memory.of.emplace();
  }
  walk(memory, reader);
  if (!reader.good_to_the_end()) {
    return refused("a value is missing or impossible");
  }
  return memory;
}

}  // namespace karkara
