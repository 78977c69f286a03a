#include "agent/shaping/quota_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "agent/uplink/checked_line.h"

namespace karkara {
namespace {

constexpr std::string_view kHeaderWord = "karkara-class-quota";
constexpr std::string_view kVersion = "1";
constexpr std::string_view kAllKinds = "all";
constexpr std::uint64_t kMostSeconds = std::uint64_t{1} << 33U;
constexpr std::uint64_t kSecondsOfDay = 86'400;
constexpr std::uint64_t kMostDay = kMostSeconds / kSecondsOfDay;
constexpr std::uint64_t kMostMilliseconds = std::uint64_t{1} << 43U;
constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
constexpr std::array kKinds = {UplinkKind::Ethernet, UplinkKind::Vsat, UplinkKind::Cellular, UplinkKind::Mesh};

std::string date(std::int64_t value) {
  return hex(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)));
}

std::string_view kind_word(const QuotaKey& key) {
  return key.kind ? word_of(*key.kind) : kAllKinds;
}

// Sums only: which direction the bytes went does not matter to a quota.
std::string account_line(const QuotaContent::Account& account) {
  const KeyUsage& usage = account.usage;
  return with_check(fmt::format("q {} {} {} {} {} {} {} {} {}", account.key.of.text(), kind_word(account.key),
                                date(usage.day), hex(usage.today.total()), date(usage.cycle_start),
                                hex(usage.cycle.total()), date(usage.previous_start), hex(usage.previous.total()),
                                hex(usage.undated.total())));
}

// A line of its own, which an older agent refuses without losing the account.
std::string day_line(const QuotaContent::Account& account) {
  const DayOfUptime& day = *account.undated_day;
  return with_check(fmt::format("u {} {} {} {} {}", account.key.of.text(), kind_word(account.key), hex(day.before),
                                date(day.passed.count()), hex(day.first ? 1 : 0)));
}

std::string meter_line(const QuotaContent::Meter& meter) {
  const auto at = std::chrono::floor<std::chrono::milliseconds>(meter.base.at.since_boot()).count();
  return with_check(fmt::format("m {} {} {} {} {} {} {}", meter.of.text(), hex(meter.counter.link),
                                hex(meter.counter.minor), hex(meter.base.boot), hex(meter.base.bytes),
                                hex(meter.base.packets), date(at)));
}

// Number by number; the first that does not fit makes all of it fail.
class Numbers {
 public:
  Numbers(const std::vector<std::string_view>& words, std::size_t first) : words_{words}, next_{first} {}
  std::uint64_t next(std::uint64_t most) {
    const auto value = next_ < words_.size() ? parse_hex(words_[next_], most) : std::nullopt;
    ++next_;
    failed_ = failed_ || !value;
    return value.value_or(0);
  }
  std::int64_t date(std::uint64_t most) { return static_cast<std::int64_t>(next(most)); }
  Traffic sum() { return {next(kMostTraffic), 0}; }
  [[nodiscard]] bool ok() const { return !failed_ && next_ == words_.size(); }

 private:
  const std::vector<std::string_view>& words_;
  std::size_t next_;
  bool failed_ = false;
};

std::optional<QuotaKey> key_of(std::string_view of, std::string_view kind) {
  const auto id = ClassId::parse(of);
  if (!id) {
    return std::nullopt;
  }
  if (kind == kAllKinds) {
    return QuotaKey{*id, std::nullopt};
  }
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](UplinkKind each) { return word_of(each) == kind; });
  return found == kKinds.end() ? std::nullopt : std::optional{QuotaKey{*id, *found}};
}

std::optional<QuotaContent::Account> read_account(const std::vector<std::string_view>& words) {
  const auto key = words.size() > 3 ? key_of(words[1], words[2]) : std::nullopt;
  if (!key) {
    return std::nullopt;
  }
  Numbers numbers{words, 3};
  QuotaContent::Account account{*key, {}};
  account.usage.day = numbers.date(kMostDay);
  account.usage.today = numbers.sum();
  account.usage.cycle_start = numbers.date(kMostSeconds);
  account.usage.cycle = numbers.sum();
  account.usage.previous_start = numbers.date(kMostSeconds);
  account.usage.previous = numbers.sum();
  account.usage.undated = numbers.sum();
  return numbers.ok() ? std::optional{account} : std::nullopt;
}

// Behind the line of its account.
bool read_day(const std::vector<std::string_view>& words, QuotaContent& into) {
  const auto key = words.size() > 3 ? key_of(words[1], words[2]) : std::nullopt;
  const auto account = std::find_if(into.accounts.begin(), into.accounts.end(),
                                    [&](const QuotaContent::Account& each) { return key && each.key == *key; });
  if (account == into.accounts.end() || account->undated_day) {
    return false;
  }
  Numbers numbers{words, 3};
  DayOfUptime day;
  day.before = numbers.next(kMostTraffic);
  day.passed = std::chrono::seconds{numbers.date(kSecondsOfDay)};
  day.first = numbers.next(1) == 1;
  if (numbers.ok()) {
    account->undated_day = day;
  }
  return numbers.ok();
}

std::optional<QuotaContent::Meter> read_meter(const std::vector<std::string_view>& words) {
  const auto of = words.size() > 2 ? ClassId::parse(words[1]) : Result<ClassId>{Error{}};
  if (!of) {
    return std::nullopt;
  }
  Numbers numbers{words, 2};
  QuotaContent::Meter meter;
  meter.of = *of;
  meter.counter.link = static_cast<std::uint32_t>(numbers.next(std::numeric_limits<std::uint32_t>::max()));
  meter.counter.minor = static_cast<std::uint16_t>(numbers.next(std::numeric_limits<std::uint16_t>::max()));
  meter.base.boot = numbers.next(kAny);
  meter.base.bytes = numbers.next(kAny);
  meter.base.packets = numbers.next(kAny);
  meter.base.at = Instant{std::chrono::milliseconds{numbers.date(kMostMilliseconds)}};
  return numbers.ok() ? std::optional{meter} : std::nullopt;
}

Status read_line(const std::vector<std::string_view>& words, QuotaContent& into) {
  const Error impossible{ErrorCode::DataLoss, "its numbers are impossible"};
  if (words.front() == "q") {
    const auto account = read_account(words);
    if (!account || into.accounts.size() >= kMostQuotas) {
      return impossible;
    }
    const auto same = [&](const auto& other) { return other.key == account->key; };
    if (std::any_of(into.accounts.begin(), into.accounts.end(), same)) {
      return Error{ErrorCode::DataLoss, account->key.of.text() + " is there twice"};
    }
    into.accounts.push_back(*account);
    return {};
  }
  if (words.front() == "u") {
    return read_day(words, into) ? Status{} : Status{impossible};
  }
  if (words.front() == "m") {
    const auto meter = read_meter(words);
    if (!meter || into.meters.size() >= kMostQuotaMeters) {
      return impossible;
    }
    const auto same = [&](const auto& other) { return other.counter == meter->counter; };
    if (std::any_of(into.meters.begin(), into.meters.end(), same)) {
      return Error{ErrorCode::DataLoss, "a counter of " + meter->of.text() + " is there twice"};
    }
    into.meters.push_back(*meter);
    return {};
  }
  return Error{ErrorCode::DataLoss, "it is of an unknown kind"};
}

}  // namespace

std::string_view word_of(UplinkKind kind) {
  switch (kind) {
    case UplinkKind::Ethernet: return "ethernet";
    case UplinkKind::Vsat: return "vsat";
    case UplinkKind::Cellular: return "cellular";
    case UplinkKind::Mesh: return "mesh";
  }
  return "unknown";
}

std::string quota_text(const QuotaContent& content) {
  std::string text = with_check(fmt::format("{} {}", kHeaderWord, kVersion));
  const auto put = [&text](const std::string& line) {
    if (text.size() + line.size() <= kQuotaBytes) {
      text += line;
    }
  };
  for (const auto& account : content.accounts) {
    put(account_line(account));
  }
  for (const auto& account : content.accounts) {
    if (account.undated_day) {
      put(day_line(account));
    }
  }
  for (const auto& meter : content.meters) {
    put(meter_line(meter));
  }
  return text;
}

QuotaFound read_quotas(std::string_view text) {
  QuotaFound found;
  if (text.size() > 4 * kQuotaBytes) {
    found.refused.push_back(fmt::format("{} bytes are too many for quotas", text.size()));
    return found;
  }
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const auto words = checked_words(line);
    if (words && words->size() == 2 && words->front() == kHeaderWord) {
      if (words->back() != kVersion) {
        found.refused.push_back(
            fmt::format("line {}: quotas of version {}, this agent reads version {}", number, words->back(), kVersion));
        break;
      }
      continue;
    }
    const Status read = words ? read_line(*words, found.content) : Status{words.error()};
    if (!read) {
      found.refused.push_back(fmt::format("line {}: {}", number, read.error().text));
    }
  }
  return found;
}

}  // namespace karkara
