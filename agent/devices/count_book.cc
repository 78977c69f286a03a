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

constexpr std::string_view kForm = "counts2";
constexpr std::string_view kFormOfNames = "counts1";  // named the device with its firmware
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

// A serial number decides, where both said one: a maker may call the same device otherwise since an update.
bool may_be_same(const CountedDevice& before, const CountedDevice& now) {
  if (!before.serial.empty() && !now.serial.empty()) {
    return before.serial == now.serial;
  }
  return before.model.empty() || now.model.empty() || before.model == now.model;
}

std::string_view take_until(std::string_view& rest, char end) {
  const std::string_view part = rest.substr(0, rest.find(end));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

}  // namespace

void CountBook::of(const CountedDevice& device) {
  const CountedDevice now{one_line(device.model), one_line(device.serial)};
  const bool is_same = may_be_same(device_, now);
  if (!is_same && now != stranger_) {
    stranger_ = now;  // one block in 256 that are damaged passes its sum
    return;
  }
  stranger_ = {};
  if (!is_same) {
    if (is_worth_keeping()) {
      resets_ = {"another device counts: " + now.model + (now.serial.empty() ? "" : ", serial number " + now.serial)};
    }
    counts_.clear();
    kept_.clear();
    device_ = {};
  }
  device_.model = now.model.empty() ? device_.model : now.model;
  device_.serial = now.serial.empty() ? device_.serial : now.serial;
}

CountBook::Count& CountBook::find_or_add(const QuantityReading& reading, const CounterLook& look) {
  const CounterKind kind = counter_kind(reading.counter_bits, reading.counter_step, reading.unit);
  const auto [at, is_new] = counts_.try_emplace(reading.quantity, Count{kind, Counter{kind}});
  if (!is_new && at->second.kind.step != kind.step) {
    const bool goes_on = at->second.counter.go_on_as(kind, look);
    at->second = Count{kind, goes_on ? at->second.counter : Counter{kind}};  // the table's scale was wrong till now
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
  const CounterLook look{*value, uptime_hundredths, now};
  Count& count = find_or_add(reading, look);
  const double before = count.counter.last();
  const bool is_reset = count.counter.on(look) == CounterStep::Reset;
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
  std::string text = fmt::format("{} {}\t{}\n", kForm, device_.model, device_.serial);
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
  const std::string_view form = take_until(head, ' ');
  const CountedDevice device{std::string{take_until(head, '\t')}, std::string{head}};
  const bool has_names =
      form == kForm && device.model == one_line(device.model) && device.serial == one_line(device.serial);
  if (!has_names && form != kFormOfNames) {
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
  device_ = has_names ? device : CountedDevice{};  // else it is who speaks first
  kept_ = std::move(kept);
  return {};
}

}  // namespace karkara
