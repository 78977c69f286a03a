#include "agent/devices/count_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "common/crc32c.h"
#include "common/ids.h"

namespace karkara {
namespace {

constexpr std::string_view kForm = "counts1";
constexpr std::string_view kCheck = "crc ";
constexpr std::size_t kMostDevice = 120;
constexpr std::size_t kMostResets = 8;
constexpr double kMostCount = 1e15;  // beyond, a double holds no single step

std::string one_line(std::string_view text) {
  std::string line{text.substr(0, kMostDevice)};
  std::ranges::replace_if(
      line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
  return line;
}

std::string check_of(std::string_view text) {
  return fmt::format("{}{:08x}", kCheck, crc32c(std::as_bytes(std::span{text})));
}

std::optional<double> count_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value >= 0 && value <= kMostCount ? std::optional{value} : std::nullopt;
}

std::string_view take_until(std::string_view& rest, char end) {
  const std::string_view part = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

}  // namespace

void CountBook::of(std::string_view device) {
  const std::string now = one_line(device);
  const bool is_same = device_.starts_with(now) || now.starts_with(device_);  // it says more or less of itself
  if (!is_same && now != stranger_) {
    stranger_ = now;  // one block in 256 that are damaged passes its sum
    return;
  }
  stranger_.clear();
  if (!is_same) {
    if (is_worth_keeping()) {
      resets_ = {"another device counts: " + now};
    }
    counts_.clear();
    kept_.clear();
  }
  if (!device_.starts_with(now)) {
    device_ = now;
  }
}

CountBook::Count& CountBook::find_or_add(const QuantityReading& reading) {
  const CounterKind kind = counter_kind(reading.counter_bits, reading.counter_step, reading.unit);
  const auto [at, is_new] = counts_.try_emplace(reading.quantity, Count{kind, Counter{kind}});
  if (!is_new && at->second.kind.step != kind.step) {
    at->second = Count{kind, Counter{kind}};  // its scale changed: what was counted by the one before is worth nothing
  }
  if (const auto kept = kept_.find(reading.quantity); kept != kept_.end()) {
    if (is_new && kept->second.step == kind.step) {
      at->second.counter.restore(kept->second.last, kept->second.total);
    }
    kept_.erase(kept);
  }
  return at->second;
}

void CountBook::see(const QuantityReading& reading, std::optional<std::uint32_t> uptime_hundredths, Instant now) {
  const double* value = std::get_if<double>(&reading.value);
  if (!stranger_.empty() || reading.counter_bits == 0 || value == nullptr || !(*value >= 0 && *value <= kMostCount) ||
      (counts_.size() >= kMostCounts && !counts_.contains(reading.quantity))) {
    return;
  }
  Count& count = find_or_add(reading);
  const double before = count.counter.last();
  const bool is_reset = count.counter.on({*value, uptime_hundredths, now}) == CounterStep::Reset;
  if (is_reset && count.kind.outlives_power && resets_.size() < kMostResets) {
    resets_.push_back(
        fmt::format("{} was set from {:.6g} to {:.6g} {}", reading.quantity, before, *value, reading.unit));
  }
}

std::optional<double> CountBook::total(std::string_view quantity) const {
  const auto count = counts_.find(quantity);
  const bool is_of_it = stranger_.empty() && count != counts_.end();
  return is_of_it ? std::optional{count->second.counter.total()} : std::nullopt;
}

void CountBook::put_into(QuantityReadings& readings) const {
  for (QuantityReading& reading : readings) {
    if (const auto sum = total(reading.quantity); sum && reading.counter_bits != 0 && has_value(reading.value)) {
      reading.value = *sum;
    }
  }
}

bool CountBook::is_worth_keeping() const {
  return !kept_.empty() || std::ranges::any_of(counts_, [](const auto& one) { return one.second.kind.outlives_power; });
}

// What was kept and not heard of yet goes on being kept.
std::string CountBook::memory() const {
  std::string text = fmt::format("{} {}\n", kForm, device_);
  const auto add = [&](const std::string& quantity, const Kept& kept) {
    const std::string line = fmt::format("{} {:.15g} {:.15g} {:.15g}\n", quantity, kept.step, kept.last, kept.total);
    if (kept.last <= kMostCount && kept.total <= kMostCount && text.size() + line.size() <= kMostBytes) {
      text += line;
    }
  };
  for (const auto& [quantity, count] : counts_) {
    if (count.kind.outlives_power) {
      add(quantity, {count.kind.step, count.counter.last(), count.counter.total()});
    }
  }
  for (const auto& [quantity, kept] : kept_) {
    add(quantity, kept);
  }
  return text + check_of(text);
}

Status CountBook::recall(std::string_view memory) {
  const std::size_t at = memory.rfind(kCheck);
  if (memory.size() > kMostBytes + kCheck.size() + 8 || at == std::string_view::npos ||
      memory.substr(at) != check_of(memory.substr(0, at))) {
    return Error{ErrorCode::DataLoss, "counts: damaged, or not whole"};
  }
  std::string_view rest = memory.substr(0, at);
  std::string_view head = take_until(rest, '\n');
  if (take_until(head, ' ') != kForm || head != one_line(head)) {
    return Error{ErrorCode::InvalidArgument, "counts: of another version"};
  }
  std::map<std::string, Kept, std::less<>> kept;
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    const std::string_view quantity = take_until(line, ' ');
    const auto step = count_in(take_until(line, ' '));
    const auto last = count_in(take_until(line, ' '));
    const auto total = count_in(line);
    if (!is_plain_name(quantity) || !step || !last || !total || kept.size() >= kMostCounts) {
      return Error{ErrorCode::InvalidArgument, "counts: a line is not plausible"};
    }
    kept.insert_or_assign(std::string{quantity}, Kept{*step, *last, *total});
  }
  device_ = std::string{head};
  kept_ = std::move(kept);
  return {};
}

}  // namespace karkara
