#include "controller/planning/plan_order.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace karkara {
namespace {

constexpr std::size_t kMostOptionsText = 64 * 1024;
constexpr int kMostIds = 10'000;
constexpr std::size_t kMostId = 200;
constexpr std::size_t kMostText = 64;
constexpr std::uint64_t kMostMoney = 1'000'000'000'000;
constexpr std::uint32_t kMostTime = 7 * 86'400;
constexpr std::string_view kTimeOption = "--time=";
constexpr double kMostSeconds = 1e7;                  // that karkara-plan takes
constexpr double kLeastTime = 60;                     // seconds; a search that ends at once has no plan
constexpr std::uint64_t kMostPeople = 1'000'000'000;  // a site
constexpr std::uint64_t kMostBonus = 1'000'000;       // of a school or health centre
constexpr double kMostBusyKbit = 1e6;
constexpr int kMostBudgets = 1'000;
constexpr std::uint64_t kMostCutOff = 1'000'000'000;
constexpr std::uint64_t kMebi = 1U << 20U;

// What the desk itself says.
constexpr std::array<std::string_view, 17> kReserved{
    "settlements", "terrain", "scratch", "access",   "backhaul", "costs", "masts", "fleet",      "areas",
    "operators",   "country", "output",  "progress", "memory",   "help",  "from",  "calibration"};
// Of the step that spreads a plan over years.
constexpr std::array<std::string_view, 5> kPhaseOptions{"budget", "priority", "region", "first-year", "no-carry"};

using Options = std::map<std::string, std::vector<std::string>>;  // "" for a switch

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_option_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 && name.front() != '-' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// One option a line: its name, and behind a space its value.
Result<Options> parse_options(std::string_view text) {
  Options options;
  const auto wrong = [](std::size_t line, const std::string& why) {
    return Error{ErrorCode::FailedPrecondition, "the planner's options, line " + std::to_string(line) + ": " + why};
  };
  if (text.size() > kMostOptionsText) {
    return wrong(1, "the file is larger than 64 KiB");
  }
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty() || line.front() == '#') {
      continue;
    }
    const std::string_view name = line.substr(0, line.find_first_of(" \t"));
    const std::string_view value = trimmed(line.substr(name.size()));
    if (!is_option_name(name) || !is_printable(value)) {
      return wrong(number, "is no 'NAME' or 'NAME VALUE'");
    }
    if (is_one_of(name, kReserved)) {
      return wrong(number, "'" + std::string{name} + "' comes from the folder's files and the controller's settings");
    }
    options[std::string{name}].emplace_back(value);
  }
  return options;
}

// 95, 12.5: no sign, no exponent.
std::optional<double> plain_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool whole = error == std::errc{} && end == text.data() + text.size() && !text.empty() && text.front() != '-';
  return whole ? std::optional{value} : std::nullopt;
}

bool is_target(std::string_view text) {
  constexpr std::string_view kBudget = "budget:";
  if (text == "everybody" || text == "eligible") {
    return true;
  }
  if (text.starts_with(kBudget)) {
    const auto money = plain_number(text.substr(kBudget.size()));
    return money && *money >= 1 && *money <= static_cast<double>(kMostMoney);
  }
  const auto share = text.ends_with('%') ? plain_number(text.substr(0, text.size() - 1)) : std::nullopt;
  return share && *share > 0 && *share <= 100;
}

bool is_range(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto from = dash == std::string_view::npos ? std::nullopt : plain_number(text.substr(0, dash));
  const auto to = from ? plain_number(text.substr(dash + 1)) : std::nullopt;
  return to && *from <= *to;
}

Error wrong_field(const std::string& what) {
  return {ErrorCode::InvalidArgument, what};
}

std::vector<std::string> texts(const google::protobuf::RepeatedPtrField<std::string>& list) {
  return {list.begin(), list.end()};
}

std::vector<std::string> budgets_of(const v1::StartPlanRequest& request) {
  std::vector<std::string> budgets;
  for (const std::uint64_t budget : request.budgets()) {
    budgets.push_back(std::to_string(budget));
  }
  for (const v1::RegionBudget& budget : request.region_budgets()) {
    budgets.push_back(budget.region() + "=" + std::to_string(budget.money()));
  }
  return budgets;
}

// What the operator said replaces what the file says.
void take_request(const v1::StartPlanRequest& request, Options& options) {
  const auto say = [&](const char* name, bool said, std::vector<std::string> values) {
    if (said) {
      options[name] = std::move(values);
    }
  };
  say("target", !request.target().empty(), {request.target()});
  say("eligible", !request.eligible().empty(), {request.eligible()});
  say("time", request.time_seconds() > 0, {std::to_string(request.time_seconds()) + "s"});
  say("gap", request.has_gap_percent(), {std::to_string(request.gap_percent())});
  say("n-1", request.has_n_1_people(), {std::to_string(request.n_1_people())});
  say("seed", request.has_seed(), {std::to_string(request.seed())});
  say("fixed", request.fixed_size() > 0, texts(request.fixed()));
  say("forbidden", request.forbidden_size() > 0, texts(request.forbidden()));
  say("site-people", request.has_site_people(), {std::to_string(request.site_people())});
  say("school", request.has_school_people(), {std::to_string(request.school_people())});
  say("health", request.has_health_people(), {std::to_string(request.health_people())});
  say("busy-kbit", request.has_busy_kbit(), {std::to_string(request.busy_kbit())});
  const std::vector<std::string> budgets = budgets_of(request);
  say("budget", !budgets.empty(), budgets);
}

class Step {
 public:
  Step(const char* command, const char* stage) {
    step_.add_words(command);
    step_.set_stage(stage);
  }
  Step& word(const std::string& word) {
    step_.add_words(word);
    return *this;
  }
  // In one word with its name: a value can never be taken for an option.
  Step& option(const std::string& name, const std::string& value) {
    if (!value.empty()) {
      step_.add_words("--" + name + "=" + value);
    }
    return *this;
  }
  Step& options(const Options& all, bool of_phases) {
    for (const auto& [name, values] : all) {
      for (const std::string& value :
           is_one_of(name, kPhaseOptions) == of_phases ? values : std::vector<std::string>{}) {
        step_.add_words("--" + name + (value.empty() ? "" : "=" + value));
      }
    }
    return *this;
  }
  [[nodiscard]] v1::StoredPlanStep take() { return std::move(step_); }

 private:
  v1::StoredPlanStep step_;
};

Status check_budgets(const v1::StartPlanRequest& request) {
  const auto is_money = [](std::uint64_t money) { return money > 0 && money <= kMostMoney; };
  const auto is_region = [](const std::string& region) {
    return !region.empty() && region.size() <= kMostId && is_printable(region);
  };
  const bool fine =
      std::all_of(request.budgets().begin(), request.budgets().end(), is_money) &&
      std::all_of(request.region_budgets().begin(), request.region_budgets().end(),
                  [&](const v1::RegionBudget& one) { return is_region(one.region()) && is_money(one.money()); });
  return fine && request.budgets_size() <= 50 && request.region_budgets_size() <= kMostBudgets
             ? Status{}
             : wrong_field("budget: one is 0 or too large, of no region, or over 50 years");
}

}  // namespace

Status check_request(const v1::StartPlanRequest& request) {
  // First: those refused below are repeated to the operator.
  for (const auto& [name, text] :
       {std::pair{"target", &request.target()}, std::pair{"eligible", &request.eligible()}}) {
    if (text->size() > kMostText) {
      return wrong_field(std::string{name} + ": is longer than " + std::to_string(kMostText) + " bytes");
    }
  }
  if (!request.target().empty() && !is_target(request.target())) {
    return wrong_field("target: '" + request.target() + "' is none (everybody, eligible, 95%, budget:20000000)");
  }
  if (!request.eligible().empty() && !is_range(request.eligible())) {
    return wrong_field("eligible: '" + request.eligible() + "' is no range of people (250-2500)");
  }
  if (request.time_seconds() > kMostTime) {
    return wrong_field("time: is longer than a week");
  }
  if (request.has_gap_percent() && !(request.gap_percent() >= 0 && request.gap_percent() <= 100)) {
    return wrong_field("gap: is no share from 0 to 100 percent");
  }
  if (request.n_1_people() > kMostCutOff) {
    return wrong_field("n-1: is over " + std::to_string(kMostCutOff) + " people");
  }
  for (const auto* ids : {&request.fixed(), &request.forbidden()}) {
    for (const std::string& id : *ids) {
      if (id.empty() || id.size() > kMostId || !is_printable(id) || ids->size() > kMostIds) {
        return wrong_field("fixed and forbidden: an id is empty or too long, or there are too many");
      }
    }
  }
  if (request.site_people() > kMostPeople || request.school_people() > kMostBonus ||
      request.health_people() > kMostBonus) {
    return wrong_field("site-people, school and health: one is too large");
  }
  if (!(request.busy_kbit() >= 0 && request.busy_kbit() <= kMostBusyKbit)) {
    return wrong_field("busy-kbit: is no number from 0 to 1000000");
  }
  return check_budgets(request);
}

Result<std::vector<v1::StoredPlanStep>> steps_of(const PlanFolder& folder, const v1::StartPlanRequest& request,
                                                 const JobPlaces& places) {
  auto options = parse_options(folder.options);
  if (!options) {
    return options.error();
  }
  take_request(request, *options);
  const std::string plan = places.folder + "/plan.txt";
  Step run{"run", "search"};
  run.option("settlements", folder.settlements).option("terrain", folder.terrain).option("access", folder.access);
  for (const std::string& radio : folder.backhaul) {
    run.option("backhaul", radio);
  }
  run.option("costs", folder.costs).option("masts", folder.masts).option("operators", folder.operators);
  run.option("calibration", folder.calibration);
  run.option("country", folder.country).option("areas", folder.areas).option("fleet", places.fleet);
  run.option("from", places.from).option("scratch", places.folder).option("progress", places.folder + "/progress");
  run.option("memory", std::to_string(std::max<std::uint64_t>(1, places.memory / kMebi)));
  std::vector<v1::StoredPlanStep> steps{run.options(*options, false).option("output", plan).take()};
  if (options->contains("budget")) {
    steps.push_back(Step{"phase", "phases"}
                        .word(plan)
                        .option("areas", folder.areas)
                        .options(*options, true)
                        .option("output", plan)
                        .take());
  }
  for (const char* table : {"sites", "settlements"}) {
    steps.push_back(Step{"export", "areas"}
                        .word(plan)
                        .option("table", table)
                        .option("areas", folder.areas)
                        .option("output", places.folder + "/" + table + ".csv")
                        .take());
  }
  return steps;
}

std::string with_time_left(std::string word, std::int64_t gone) {
  if (!word.starts_with(kTimeOption)) {
    return word;
  }
  double number = 0;
  const char* const last = word.data() + word.size();
  const auto [end, error] = std::from_chars(word.data() + kTimeOption.size(), last, number);
  const std::string_view unit{end, static_cast<std::size_t>(last - end)};
  const double seconds = number * (unit == "h" ? 3'600 : unit == "min" ? 60 : unit == "s" ? 1 : 0);
  if (error != std::errc{} || !(seconds > 0 && seconds <= kMostSeconds)) {
    return word;
  }
  const double left = std::max(seconds - static_cast<double>(std::max<std::int64_t>(gone, 0)), kLeastTime);
  return std::string{kTimeOption} + std::to_string(static_cast<std::int64_t>(std::ceil(std::min(left, seconds)))) + "s";
}

}  // namespace karkara
