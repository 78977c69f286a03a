#include "controller/planner_io/plan/what_if_words.h"

#include <algorithm>
#include <cmath>

#include "controller/planner/outputs/text.h"
#include "controller/planner/people/number_text.h"
#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/plan_names.h"

namespace karkara::planner {
namespace {

constexpr double kSamePrice = 0.005;  // m

struct Pair {
  std::string left, right;
};

Error no_such_word(const std::string& word, const std::string& form) {
  return {ErrorCode::InvalidArgument, "'" + word + "' is not of the form " + form};
}

// At the last '=': ids may hold one, places and heights do not.
Result<Pair> halves(const std::string& word, const std::string& form) {
  const std::size_t at = word.rfind('=');
  if (at == std::string::npos || at == 0 || at + 1 == word.size()) {
    return no_such_word(word, form);
  }
  return Pair{word.substr(0, at), word.substr(at + 1)};
}

// None: it is no pair of angles.
std::optional<Result<Place>> place_in(const std::string& text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos) {
    return std::nullopt;
  }
  const auto latitude = parse_angle(std::string_view{text}.substr(0, comma));
  const auto longitude = parse_angle(std::string_view{text}.substr(comma + 1));
  if (!latitude || !longitude) {
    return std::nullopt;
  }
  return place_from(latitude->degrees, longitude->degrees);
}

Result<std::size_t> priced_height(const std::string& text, const CostBook& costs) {
  const auto length = parse_length(text);
  if (!length) {
    return length.error();
  }
  std::string known;
  for (std::size_t i = 0; i < costs.masts.size(); ++i) {
    if (std::abs(costs.masts[i].height.value() - length->value()) <= kSamePrice) {
      return i;
    }
    known += (i == 0 ? "" : ", ") + decimal(costs.masts[i].height.value(), 0) + "m";
  }
  return Error{ErrorCode::InvalidArgument,
               "a mast of " + text + " has no price in " + costs.id + "; these have: " + known};
}

Result<MoveSite> parse_move(const std::string& word, const Plan& plan) {
  const auto pair = halves(word, "SITE=LAT,LON (17=13.52,2.11)");
  if (!pair) {
    return pair.error();
  }
  const auto site = site_called(plan, pair->left);
  if (!site) {
    return site.error();
  }
  const auto place = place_in(pair->right);
  if (!place) {
    return Error{ErrorCode::InvalidArgument, "'" + pair->right + "' is no place (13.52,2.11)"};
  }
  return *place ? Result<MoveSite>{MoveSite{*site, **place}} : place->error();
}

Result<RaiseMast> parse_raise(const std::string& word, const Plan& plan, const CostBook& costs) {
  const auto pair = halves(word, "SITE=HEIGHT (17=45m)");
  if (!pair) {
    return pair.error();
  }
  const auto site = site_called(plan, pair->left);
  if (!site) {
    return site.error();
  }
  const auto height = priced_height(pair->right, costs);
  return height ? Result<RaiseMast>{RaiseMast{*site, *height}} : height.error();
}

Result<AddMast> parse_add(const std::string& word, const Plan& plan, const CostBook& costs) {
  const auto pair = halves(word, "PLACE=HEIGHT (13.52,2.11=30m, or a settlement's id or name before it)");
  if (!pair) {
    return pair.error();
  }
  const auto height = priced_height(pair->right, costs);
  if (!height) {
    return height.error();
  }
  if (const auto place = place_in(pair->left)) {
    return *place ? Result<AddMast>{AddMast{**place, *height, kNoSite}} : place->error();
  }
  const auto settlement = settlement_called(plan, pair->left);
  if (!settlement) {
    return settlement.error();
  }
  return AddMast{plan.settlements[*settlement].place, *height, *settlement};
}

// Each word into the list; the first that is none of it.
template <class Deed, class Parse>
Status take_words(const std::vector<std::string>& words, std::vector<Deed>& deeds, Parse parse) {
  for (const std::string& word : words) {
    auto deed = parse(word);
    if (!deed) {
      return deed.error();
    }
    deeds.push_back(*std::move(deed));
  }
  return {};
}

// The whole text as a number.
std::optional<double> plain_number(std::string_view text) {
  const auto number = parse_number(text);
  return number && *number > 0 ? std::optional{*number} : std::nullopt;
}

}  // namespace

Result<WhatIf> parse_what_if(const WhatIfCommand& command, const Plan& plan, const CostBook& costs) {
  WhatIf asked;
  asked.lost = command.lost;
  for (const Status& taken :
       {check_known(plan, command.lost),
        take_words(command.moves, asked.moves, [&](const std::string& word) { return parse_move(word, plan); }),
        take_words(command.raises, asked.raises,
                   [&](const std::string& word) { return parse_raise(word, plan, costs); }),
        take_words(command.drops, asked.drops, [&](const std::string& word) { return site_called(plan, word); }),
        take_words(command.adds, asked.adds, [&](const std::string& word) { return parse_add(word, plan, costs); })}) {
    if (!taken.ok()) {
      return taken.error();
    }
  }
  return asked;
}

Result<PlannedTarget> parse_planned_target(std::string_view text) {
  PlannedTarget planned;
  const Error none{ErrorCode::InvalidArgument, "the plan's target '" + std::string{text} + "' is none"};
  if (text == "everybody") {
    return planned;
  }
  const std::size_t space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  const std::string_view rest = space == std::string_view::npos ? "" : text.substr(space + 1);
  if (word == "eligible") {
    const std::size_t dots = rest.find("..");
    const auto sizes = dots == std::string_view::npos
                           ? Result<std::pair<std::int64_t, std::int64_t>>{none}
                           : parse_sizes(std::string{rest.substr(0, dots)} + "-" + std::string{rest.substr(dots + 2)});
    planned.target.kind = TargetKind::Eligible;
    planned.eligible = sizes ? std::optional{*sizes} : std::nullopt;
    return sizes ? Result<PlannedTarget>{planned} : none;
  }
  if (word == "share" && rest.ends_with('%')) {
    const auto target = parse_target(rest);
    planned.target = target ? *target : PlanTarget{};
    return target ? Result<PlannedTarget>{planned} : none;
  }
  const auto money = word == "budget" ? plain_number(rest) : std::nullopt;
  if (!money || *money > static_cast<double>(kMostMoney)) {
    return none;
  }
  planned.target.kind = TargetKind::Budget;
  planned.target.budget = static_cast<Money>(*money);
  return planned;
}

}  // namespace karkara::planner
