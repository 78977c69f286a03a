#include "agent/power/shed/shed_memory.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <span>

#include "common/crc32c.h"
#include "common/ids.h"

namespace karkara {
namespace {

constexpr std::string_view kStageForm = "shed1 ";
constexpr std::string_view kEndForm = "end1 ";
constexpr std::string_view kCheck = " crc=";
constexpr std::size_t kMostText = 100;
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

std::optional<unsigned> number_in(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value <= most ? std::optional{value} : std::nullopt;
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

Result<StageMemory> stage_memory_from(std::string_view text) {
  const auto words = words_of(text, kStageForm);
  if (!words) {
    return words.error();
  }
  const std::size_t gap = words->find(' ');
  const auto stage = number_in(words->substr(0, gap), kMostStages);
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
  const auto in_a_row = number_in(*words, kMostInARow);
  if (!in_a_row) {
    return impossible();
  }
  return EndMemory{*in_a_row};
}

}  // namespace karkara
