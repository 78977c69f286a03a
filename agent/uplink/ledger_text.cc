#include "agent/uplink/ledger_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "agent/uplink/checked_line.h"

namespace karkara {

namespace {

constexpr std::string_view kHeaderWord = "karkara-usage";
constexpr std::string_view kVersion = "1";
constexpr std::uint64_t kMostSeconds = std::uint64_t{1} << 33U;
constexpr std::uint64_t kMostDay = kMostSeconds / 86'400;
constexpr std::uint64_t kMostMilliseconds = std::uint64_t{1} << 43U;  // 278 years of uptime
constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();

class LineWriter {
 public:
  explicit LineWriter(std::string_view first) : line_{first} {}
  LineWriter& word(std::string_view text) {
    line_.append(" ").append(text);
    return *this;
  }
  LineWriter& number(std::uint64_t value) { return word(hex(value)); }
  LineWriter& date(std::int64_t value) { return number(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0))); }
  LineWriter& traffic(const Traffic& value) { return number(value.received).number(value.sent); }
  [[nodiscard]] std::string done() const { return with_check(line_); }

 private:
  std::string line_;
};

std::string usage_line(const KeyUsage& usage) {
  LineWriter line{"u"};
  line.word(usage.key).date(usage.day).traffic(usage.today);
  for (const std::uint64_t bytes : usage.days_before) {
    line.number(bytes);
  }
  line.date(usage.cycle_start).traffic(usage.cycle).date(usage.previous_start).traffic(usage.previous);
  line.traffic(usage.undated);
  if (usage.balance) {
    line.date(usage.balance->at).number(usage.balance->remaining).number(usage.balance->used_since);
  }
  return line.done();
}

std::string meter_line(const MeterMark& meter) {
  const CounterReading& seen = meter.base.reading;
  const auto at = std::chrono::floor<std::chrono::milliseconds>(meter.base.at.since_boot()).count();
  return LineWriter{"m"}
      .word(meter.uplink.text())
      .word(meter.key)
      .number(seen.boot)
      .number(seen.ifindex)
      .number(seen.received)
      .number(seen.sent)
      .date(at)
      .done();
}

// Takes word after word; after the first that does not fit everything is 0 and failed() stays.
class WordReader {
 public:
  explicit WordReader(std::vector<std::string_view> words) : words_{std::move(words)} {}

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool at_end() const { return next_ == words_.size(); }
  std::string_view word() {
    if (at_end()) {
      failed_ = true;
      return {};
    }
    return words_[next_++];
  }
  std::uint64_t number(std::uint64_t most) {
    const auto value = parse_hex(word(), most);
    failed_ = failed_ || !value;
    return failed_ ? 0 : *value;
  }
  std::int64_t date(std::uint64_t most) { return static_cast<std::int64_t>(number(most)); }
  Traffic traffic() {
    const std::uint64_t received = number(kMostTraffic);
    return {received, number(kMostTraffic)};
  }
  std::string key() {
    const std::string_view text = word();
    failed_ = failed_ || !is_plain_name(text);
    return std::string{text};
  }

 private:
  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
  bool failed_ = false;
};

std::optional<KeyUsage> read_usage(WordReader& words) {
  KeyUsage usage;
  usage.key = words.key();
  usage.day = words.date(kMostDay);
  usage.today = words.traffic();
  for (std::uint64_t& bytes : usage.days_before) {
    bytes = words.number(2 * kMostTraffic);
  }
  usage.cycle_start = words.date(kMostSeconds);
  usage.cycle = words.traffic();
  usage.previous_start = words.date(kMostSeconds);
  usage.previous = words.traffic();
  usage.undated = words.traffic();
  if (!words.at_end()) {
    Balance balance;
    balance.at = words.date(kMostSeconds);
    balance.remaining = words.number(kMostTraffic);
    balance.used_since = words.number(kMostTraffic);
    usage.balance = balance;
  }
  return words.failed() || !words.at_end() ? std::nullopt : std::optional{usage};
}

std::optional<MeterMark> read_meter(WordReader& words) {
  MeterMark meter;
  const auto uplink = UplinkId::parse(words.word());
  if (!uplink) {
    return std::nullopt;
  }
  meter.uplink = *uplink;
  meter.key = words.key();
  meter.base.reading.boot = words.number(kAny);
  meter.base.reading.ifindex = static_cast<std::uint32_t>(words.number(std::numeric_limits<std::uint32_t>::max()));
  meter.base.reading.received = words.number(kAny);
  meter.base.reading.sent = words.number(kAny);
  meter.base.at = Instant{std::chrono::milliseconds{words.date(kMostMilliseconds)}};
  return words.failed() || !words.at_end() ? std::nullopt : std::optional{meter};
}

Status read_line(std::string_view line, LedgerContent& into) {
  auto checked = checked_words(line);
  if (!checked) {
    return checked.error();
  }
  WordReader words{std::move(checked).value()};
  const std::string_view kind = words.word();
  if (kind == "u") {
    const auto usage = read_usage(words);
    if (!usage) {
      return Error{ErrorCode::DataLoss, "its numbers are impossible"};
    }
    const auto same = [&](const KeyUsage& other) { return other.key == usage->key; };
    if (std::any_of(into.usage.begin(), into.usage.end(), same)) {
      return Error{ErrorCode::DataLoss, usage->key + " is there twice"};
    }
    into.usage.push_back(*usage);
    return {};
  }
  if (kind == "m") {
    const auto meter = read_meter(words);
    if (!meter) {
      return Error{ErrorCode::DataLoss, "its numbers are impossible"};
    }
    const auto same = [&](const MeterMark& other) { return other.uplink == meter->uplink; };
    if (std::any_of(into.meters.begin(), into.meters.end(), same)) {
      return Error{ErrorCode::DataLoss, meter->uplink.text() + " is there twice"};
    }
    into.meters.push_back(*meter);
    return {};
  }
  return Error{ErrorCode::DataLoss, "it is of an unknown kind"};
}

// Without a readable header the version is taken for ours: the lines have their own checks.
Status read_header(std::string_view line) {
  const auto words = checked_words(line);
  if (!words) {
    return words.error();
  }
  if (words->size() == 2 && words->front() == kHeaderWord && words->back() != kVersion) {
    return Error{ErrorCode::FailedPrecondition,
                 fmt::format("it is a ledger of version {}, this agent reads version {}", words->back(), kVersion)};
  }
  if (words->size() != 2 || words->front() != kHeaderWord) {
    return Error{ErrorCode::DataLoss, "it is not the header of a usage ledger"};
  }
  return {};
}

}  // namespace

LedgerWritten ledger_text(const LedgerContent& content) {
  LedgerWritten written{with_check(fmt::format("{} {}", kHeaderWord, kVersion)), 0};
  const auto put = [&written](const std::string& line) {
    if (written.text.size() + line.size() <= kLedgerBytes) {
      written.text += line;
    } else {
      ++written.left_out;
    }
  };
  for (const KeyUsage& usage : content.usage) {
    put(usage_line(usage));
  }
  for (const MeterMark& meter : content.meters) {
    put(meter_line(meter));
  }
  return written;
}

LedgerFound read_ledger(std::string_view text) {
  LedgerFound found;
  if (text.size() > 16 * kLedgerBytes) {
    found.refused.push_back(fmt::format("{} bytes are too many for a usage ledger", text.size()));
    return found;
  }
  std::size_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    const Status read = number == 1 ? read_header(line) : read_line(line, found.content);
    if (!read) {
      found.refused.push_back(fmt::format("line {}: {}", number, read.error().text));
      if (read.error().code == ErrorCode::FailedPrecondition) {
        break;
      }
    }
  }
  return found;
}

}  // namespace karkara
