#include "agent/uplink/operator_orders.h"

#include <algorithm>
#include <charconv>

namespace karkara {
namespace {

constexpr std::size_t kMostLines = 32;
constexpr std::size_t kLongestWhy = 120;

std::optional<Instant> end_of(std::optional<Duration> time, Instant now) {
  return time ? std::optional<Instant>{now + *time} : std::nullopt;
}

std::string seconds_left(const std::optional<Instant>& until, Instant now) {
  if (!until) {
    return "-";
  }
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(*until - now).count();
  return std::to_string(std::max<std::int64_t>(left, 0));
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  text.resize(std::min(text.size(), kLongestWhy));
  return text;
}

std::string_view next_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

// "-": without an end; nothing when it is neither that nor seconds.
std::optional<std::optional<Duration>> parse_left(std::string_view word) {
  if (word == "-") {
    return std::optional<Duration>{};
  }
  std::int64_t left = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), left);
  if (error != std::errc{} || end != word.data() + word.size() || left < 0 || left > 366LL * 86'400) {
    return std::nullopt;
  }
  return std::optional<Duration>{std::chrono::seconds{left}};
}

}  // namespace

void OperatorOrders::hold(const UplinkId& uplink, std::string why, std::optional<Duration> time, Instant now) {
  holds_[uplink] = {one_line(std::move(why)), end_of(time, now)};
  if (ordered(uplink)) {
    order_.reset();
  }
}

void OperatorOrders::release(const UplinkId& uplink) {
  holds_.erase(uplink);
  if (ordered(uplink)) {
    order_.reset();
  }
}

void OperatorOrders::send_to(const UplinkId& uplink, std::optional<Duration> time, Instant now) {
  holds_.erase(uplink);
  order_ = Order{uplink, end_of(time, now)};
}

std::string OperatorOrders::held(const UplinkId& uplink) const {
  const auto hold = holds_.find(uplink);
  return hold == holds_.end() ? "" : "held by an operator: " + hold->second.why;
}

Instant OperatorOrders::next_deadline() const {
  Instant next = order_ && order_->until ? *order_->until : Instant::max();
  for (const auto& [uplink, hold] : holds_) {
    next = std::min(next, hold.until.value_or(Instant::max()));
  }
  return next;
}

bool OperatorOrders::tick(Instant now) {
  const std::size_t ended =
      std::erase_if(holds_, [&](const auto& hold) { return hold.second.until && *hold.second.until <= now; });
  if (order_ && order_->until && *order_->until <= now) {
    order_.reset();
    return true;
  }
  return ended > 0;
}

std::string OperatorOrders::text(Instant now) const {
  std::string text;
  for (const auto& [uplink, hold] : holds_) {
    text += "hold " + uplink.text() + ' ' + seconds_left(hold.until, now) + ' ' + hold.why + '\n';
  }
  if (order_) {
    text += "send " + order_->uplink.text() + ' ' + seconds_left(order_->until, now) + '\n';
  }
  return text;
}

void OperatorOrders::restore(std::string_view text, Instant now) {
  for (std::size_t count = 0; !text.empty() && count < kMostLines; ++count) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view what = next_word(line);
    const auto uplink = UplinkId::parse(next_word(line));
    const auto left = parse_left(next_word(line));
    if (!uplink || !left) {
      continue;
    }
    if (what == "hold") {
      hold(*uplink, std::string{line}, *left, now);
    } else if (what == "send") {
      send_to(*uplink, *left, now);
    }
  }
}

}  // namespace karkara
