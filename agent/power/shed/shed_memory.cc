#include "agent/power/shed/shed_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <utility>

#include "common/crc32c.h"
#include "common/ids.h"

namespace karkara {
namespace {

constexpr std::string_view kStageForm = "shed1 ";
constexpr std::string_view kEndForm = "end1 ";
constexpr std::string_view kWordForm = "word1 ";
constexpr std::string_view kWakeForm = "wake1 ";
constexpr std::string_view kCheck = " crc=";
constexpr std::size_t kMostText = 2 * LastWord::kMostWords + 100;
constexpr std::int64_t kLatest = std::int64_t{7'258'118'400} * 1'000'000;  // 2200, in microseconds
constexpr unsigned kMostStages = 1'000;
constexpr unsigned kMostInARow = 1'000'000;

std::string checked(std::string_view words) {
  return fmt::format("{}{}{:08x}", words, kCheck, crc32c(std::as_bytes(std::span{words})));
}

// The line's words behind its form.
Result<std::string_view> words_of(std::string_view text, std::string_view form) {
  const std::size_t at = text.rfind(kCheck);
  if (text.size() > kMostText || at == std::string_view::npos || checked(text.substr(0, at)) != text) {
    return Error{ErrorCode::DataLoss, "shedding memory: damaged, or not a whole line"};
  }
  const std::string_view line = text.substr(0, at);
  if (!line.starts_with(form)) {
    return Error{ErrorCode::InvalidArgument, "shedding memory: of another version"};
  }
  return line.substr(form.size());
}

template <class Number>
std::optional<Number> number_in(std::string_view text, Number most, int base = 10) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && !std::cmp_less(value, 0) && value <= most ? std::optional{value} : std::nullopt;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ';
}

std::string words_in(std::string text) {
  std::ranges::replace_if(text, is_control, ' ');
  text.resize(std::min(text.size(), LastWord::kMostWords));
  return text;
}

bool are_words(std::string_view text) {
  return text.size() <= LastWord::kMostWords && std::ranges::none_of(text, is_control);
}

// The part before the tab, which goes with it.
std::string_view take_part(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find('\t'));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

Error impossible() {
  return {ErrorCode::InvalidArgument, "shedding memory: not plausible"};
}

}  // namespace

std::string to_text(const StageMemory& memory) {
  return checked(fmt::format("{}{} {}", kStageForm, memory.stage, memory.id));
}

std::string to_text(const EndMemory& memory) {
  return checked(fmt::format("{}{}", kEndForm, memory.in_a_row));
}

std::string to_text(const LastWord& memory) {
  const std::int64_t at = memory.at ? memory.at->since_epoch().count() : 0;
  return checked(fmt::format("{}{}\t{}\t{}", kWordForm, at, words_in(memory.why), words_in(memory.wake)));
}

std::string to_text(const WakeTrouble& memory) {
  return checked(fmt::format("{}{:08x}\t{}", kWakeForm, memory.command, words_in(memory.why)));
}

std::uint32_t mark_of(const std::vector<std::string>& command) {
  const std::string joined = fmt::format("{}", fmt::join(command, "\n"));
  return crc32c(std::as_bytes(std::span{joined}));
}

Result<StageMemory> stage_memory_from(std::string_view text) {
  const auto words = words_of(text, kStageForm);
  if (!words) {
    return words.error();
  }
  const std::size_t gap = words->find(' ');
  const auto stage = number_in<unsigned>(words->substr(0, gap), kMostStages);
  const std::string_view id = gap == std::string_view::npos ? std::string_view{} : words->substr(gap + 1);
  if (!stage || gap == std::string_view::npos || (*stage == 0 ? !id.empty() : !is_plain_name(id))) {
    return impossible();
  }
  return StageMemory{*stage, std::string{id}};
}

Result<EndMemory> end_memory_from(std::string_view text) {
  const auto words = words_of(text, kEndForm);
  if (!words) {
    return words.error();
  }
  const auto in_a_row = number_in<unsigned>(*words, kMostInARow);
  if (!in_a_row) {
    return impossible();
  }
  return EndMemory{*in_a_row};
}

Result<LastWord> last_word_from(std::string_view text) {
  auto rest = words_of(text, kWordForm);
  if (!rest) {
    return rest.error();
  }
  const auto at = number_in<std::int64_t>(take_part(*rest), kLatest);
  const std::string_view why = take_part(*rest);
  if (!at || !are_words(why) || !are_words(*rest)) {
    return impossible();
  }
  LastWord word{std::nullopt, std::string{why}, std::string{*rest}};
  if (*at > 0) {
    word.at = WallTime{std::chrono::microseconds{*at}};
  }
  return word;
}

Result<WakeTrouble> wake_trouble_from(std::string_view text) {
  auto rest = words_of(text, kWakeForm);
  if (!rest) {
    return rest.error();
  }
  const auto command = number_in<std::uint32_t>(take_part(*rest), std::numeric_limits<std::uint32_t>::max(), 16);
  if (!command || !are_words(*rest)) {
    return impossible();
  }
  return WakeTrouble{*command, std::string{*rest}};
}

}  // namespace karkara
