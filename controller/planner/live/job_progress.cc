#include "controller/planner/live/job_progress.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace karkara::planner {
namespace {

constexpr std::string_view kFirstLine = "karkara-plan progress 1";
constexpr std::size_t kMostText = 4'096;
constexpr std::int64_t kMostSeconds = 100'000'000;
constexpr std::int64_t kMostMade = std::int64_t{1} << 60U;

template <class Number>
std::optional<Number> number_in(std::string_view text, Number low, Number high) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size() && value >= low && value <= high;
  return good ? std::optional{value} : std::nullopt;
}

// The tab-separated words of a line; more than a line has are left in the last.
std::array<std::string_view, 6> words_of(std::string_view line) {
  std::array<std::string_view, 6> words;
  for (std::string_view& word : words) {
    const std::size_t tab = &word == &words.back() ? std::string_view::npos : line.find('\t');
    word = line.substr(0, tab);
    line = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
  }
  return words;
}

bool take_best(const std::array<std::string_view, 6>& words, JobProgress& progress) {
  const auto sites = number_in<std::uint64_t>(words[1], 0, 1U << 30U);
  const auto served = number_in<std::int64_t>(words[2], 0, kMostMade);
  const auto people = number_in<std::int64_t>(words[3], 0, kMostMade);
  const auto cost = number_in<std::int64_t>(words[4], 0, kMostMade);
  const auto gap = number_in<double>(words[5], -1e9, 1);
  if (!sites || !served || !people || !cost || (!gap && words[5] != "-")) {
    return false;
  }
  progress.best = BestSoFar{*sites, *served, *people, *cost, gap};
  return true;
}

bool take(std::string_view line, JobProgress& progress) {
  const auto words = words_of(line);
  if (words[0] == "stage") {
    progress.stage = words[1];
    return true;
  }
  if (words[0] == "pieces") {
    const auto done = number_in<std::uint64_t>(words[1], 0, UINT64_MAX);
    const auto pieces = number_in<std::uint64_t>(words[2], 0, UINT64_MAX);
    progress.done = done.value_or(0);
    progress.pieces = pieces.value_or(0);
    return done && pieces;
  }
  if (words[0] == "left") {
    const auto left = number_in<std::int64_t>(words[1], 0, kMostSeconds);
    progress.left = left ? std::optional{std::chrono::seconds{*left}} : std::nullopt;
    return left.has_value();
  }
  if (words[0] == "ended") {
    progress.ended = number_in<int>(words[1], 0, 255);
    return progress.ended.has_value();
  }
  return words[0] == "best" && take_best(words, progress);
}

std::string real_text(double value) {
  std::array<char, 40> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), error == std::errc{} ? static_cast<std::size_t>(end - digits.data()) : 0};
}

}  // namespace

std::string to_text(const JobProgress& progress) {
  std::string stage = progress.stage.substr(0, 200);
  std::replace_if(
      stage.begin(), stage.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  std::string text{kFirstLine};
  text += "\nstage\t" + stage + "\npieces\t" + std::to_string(progress.done) + "\t" + std::to_string(progress.pieces);
  if (progress.left) {
    text += "\nleft\t" + std::to_string(std::clamp<std::int64_t>(progress.left->count(), 0, kMostSeconds));
  }
  if (progress.best) {
    const BestSoFar& best = *progress.best;
    text += "\nbest\t" + std::to_string(best.sites) + "\t" + std::to_string(best.people_served) + "\t" +
            std::to_string(best.people) + "\t" + std::to_string(best.cost) + "\t" +
            (best.gap && std::isfinite(*best.gap) ? real_text(*best.gap) : "-");
  }
  if (progress.ended) {
    text += "\nended\t" + std::to_string(*progress.ended);
  }
  return text + "\nend\n";
}

Result<JobProgress> parse_progress(std::string_view text) {
  const Error torn{ErrorCode::DataLoss, "is no progress of this version, or torn"};
  if (text.size() > kMostText || !text.starts_with(kFirstLine) || !text.ends_with("\nend\n") ||
      text[kFirstLine.size()] != '\n') {
    return torn;
  }
  text.remove_prefix(kFirstLine.size() + 1);
  JobProgress progress;
  while (text != "end\n") {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos || !take(text.substr(0, end), progress)) {
      return torn;
    }
    text.remove_prefix(end + 1);
  }
  return progress;
}

}  // namespace karkara::planner
