#include "agent/power/power_events.h"

#include <algorithm>
#include <charconv>

namespace karkara {
namespace {

constexpr std::size_t kLongestWhat = 40;
constexpr std::size_t kLongestDetail = 200;

// One line of three parts: nothing in a part may look like their ends.
std::string part(std::string text, std::size_t longest) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  text.resize(std::min(text.size(), longest));
  return text;
}

std::optional<PowerEvent> event_from(std::string_view line) {
  const std::size_t first = line.find('\t');
  const std::size_t second = first == std::string_view::npos ? first : line.find('\t', first + 1);
  std::int64_t seconds = 0;
  if (second == std::string_view::npos) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(line.data(), line.data() + first, seconds);
  constexpr std::int64_t kLatest = std::int64_t{1} << 40U;
  if (error != std::errc{} || end != line.data() + first || seconds < 0 || seconds > kLatest) {
    return std::nullopt;
  }
  PowerEvent event;
  if (seconds > 0) {
    event.at = WallTime{std::chrono::seconds{seconds}};
  }
  event.what = part(std::string{line.substr(first + 1, second - first - 1)}, kLongestWhat);
  event.detail = part(std::string{line.substr(second + 1)}, kLongestDetail);
  return event;
}

}  // namespace

void PowerEvents::push(PowerEvent event) {
  if (events_.size() == kMost) {
    events_.erase(events_.begin());
  }
  events_.push_back(std::move(event));
}

void PowerEvents::add(const KnownTime& at, std::string what, std::string detail) {
  PowerEvent event{at.wall, part(std::move(what), kLongestWhat), part(std::move(detail), kLongestDetail)};
  if (!events_.empty() && events_.back().what == event.what && events_.back().detail == event.detail) {
    return;
  }
  push(std::move(event));
  changed_ = true;
}

std::string PowerEvents::memory() const {
  std::string text;
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
    const std::string line =
        std::to_string(event->at ? event->at->seconds() : 0) + "\t" + event->what + "\t" + event->detail + "\n";
    if (text.size() + line.size() > kMostBytes) {
      break;  // the oldest are given up
    }
    text.insert(0, line);
  }
  return text;
}

unsigned PowerEvents::restore(std::string_view memory) {
  unsigned lost = 0;
  while (!memory.empty()) {
    const std::size_t end = std::min(memory.find('\n'), memory.size());
    if (auto event = event_from(memory.substr(0, end))) {
      push(std::move(*event));
    } else {
      ++lost;
    }
    memory.remove_prefix(std::min(end + 1, memory.size()));
  }
  return lost;
}

}  // namespace karkara
