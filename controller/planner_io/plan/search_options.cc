#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "controller/planner_io/plan/geo_options.h"
#include "controller/planner_io/plan/search_commands.h"

namespace karkara::planner {
namespace {

Error no_such(std::string_view text, const char* what) {
  return {ErrorCode::InvalidArgument, "'" + std::string{text} + "' is no " + what};
}

// The number at the beginning, and what stands behind it.
struct Leading {
  double number = 0;
  std::string_view rest;
};

std::optional<Leading> leading_number(std::string_view text) {
  Leading found;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), found.number);
  if (error != std::errc{} || !std::isfinite(found.number)) {
    return std::nullopt;
  }
  found.rest = text.substr(static_cast<std::size_t>(end - text.data()));
  return found;
}

template <class T>
std::string refusal(const Result<T>& result) {
  return result ? "" : result.error().text;
}

void add_ground(CLI::App& app, PlanSources& files) {
  files.scratch = std::filesystem::temp_directory_path().string();
  app.add_option("--terrain", files.terrain, "Tiles: .hgt (also .gz, .zip), GeoTIFF, .bil, folders")
      ->required()
      ->type_name("PATH");
  cover_options(app, files.cover);
  app.add_option("--scratch", files.scratch, "Folder for unpacked tiles")->capture_default_str();
  app.add_option("--access", files.access, "Radio profile that serves people")->required()->type_name("FILE");
  app.add_option("--backhaul", files.backhaul, "Radio profiles of hops")->type_name("FILE");
  app.add_option("--calibration", files.calibration, "Correct the access radio's model by what `calibrate -o` wrote")
      ->type_name("FILE");
}

}  // namespace

Result<PlanTarget> parse_target(std::string_view text) {
  PlanTarget target;
  if (text == "everybody") {
    return target;
  }
  if (text == "eligible") {
    target.kind = TargetKind::Eligible;
    return target;
  }
  const bool budget = text.starts_with("budget:");
  const auto number = leading_number(budget ? text.substr(7) : text);
  if (budget && number && number->rest.empty() && number->number >= 1 && number->number <= 1e12) {
    target.kind = TargetKind::Budget;
    target.budget = static_cast<Money>(number->number);
    return target;
  }
  if (!budget && number && number->rest == "%" && number->number > 0 && number->number <= 100) {
    target.kind = TargetKind::Share;
    target.share = number->number / 100;
    return target;
  }
  return no_such(text, "target (everybody, eligible, 95%, budget:20000000)");
}

Result<std::chrono::seconds> parse_time(std::string_view text) {
  const auto number = leading_number(text);
  const double unit = !number                 ? 0
                      : number->rest == "s"   ? 1
                      : number->rest == "min" ? 60
                      : number->rest == "h"   ? 3600
                                              : 0;
  if (unit == 0 || !(number->number >= 0 && number->number * unit <= 1e7)) {
    return no_such(text, "time (90s, 10min, 2h)");
  }
  return std::chrono::seconds{static_cast<std::int64_t>(number->number * unit)};
}

Result<std::pair<std::int64_t, std::int64_t>> parse_sizes(std::string_view text) {
  std::int64_t from = 0;
  std::int64_t to = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, from);
  const bool dash = error == std::errc{} && end != last && *end == '-';
  const auto second =
      dash ? std::from_chars(end + 1, last, to) : std::from_chars_result{end, std::errc::invalid_argument};
  if (second.ec != std::errc{} || second.ptr != last || from < 0 || to < from) {
    return no_such(text, "range of people (250-2500)");
  }
  return std::pair{from, to};
}

SearchOptions::SearchOptions(CLI::App& app) {
  add_run(app);
  add_rest(app);
  add_what_if(app);
}

void SearchOptions::add_inputs(CLI::App& app, RunCommand& to, InputWords& words) {
  app.add_option("--settlements", to.settlements, "CSV, GeoJSON or GeoPackage")->required()->type_name("FILE");
  app.add_option("--country", to.country, "Polygons; places outside are left out")->type_name("FILE");
  app.add_option("--areas", to.areas, "Polygons with p-codes, to compare with")->type_name("FILE");
  add_ground(app, to.files);
  app.add_option("--costs", to.files.costs, "Prices")->required()->type_name("FILE");
  app.add_option("--masts", to.files.masts, "Masts that stand already")->type_name("FILE");
  app.add_option("--fleet", to.files.fleet, "Sites of the fleet, as 'karkara plan fetch masts' writes them")
      ->type_name("FILE");
  app.add_option("--mast-height", words.mast_height, "Metres, of standing masts whose height nobody told")
      ->check(CLI::Range(1.0, 300.0))
      ->capture_default_str();
  app.add_flag("--masts-sell", to.files.masts_are_operators, "Their owners' network can be bought around them");
  app.add_flag("--masts-carry", to.files.masts_are_gateways, "They take our hops");
  app.add_option("--operators", to.files.operators, "Where networks can be bought: areas or towers with a reach")
      ->type_name("FILE");
  app.add_flag("--no-relays", words.no_relays, "High ground without people is no candidate");
  app.add_option("--target", words.target, "everybody, eligible, 95% (of people) or budget:MONEY (net present)")
      ->check([](const std::string& text) { return refusal(parse_target(text)); })
      ->capture_default_str();
  app.add_option("--eligible", words.sizes, "People of the settlements that the programme is for")
      ->check([](const std::string& text) { return refusal(parse_sizes(text)); })
      ->capture_default_str();
  app.add_option("--fixed", to.fixed, "Ids of settlements that get a mast, or of standing masts that get a radio")
      ->type_name("ID");
  app.add_option("--forbidden", to.forbidden, "Ids of settlements, standing masts and relays that are left alone")
      ->type_name("ID");
  app.add_option("--busy-kbit", to.busy_kbit_per_person,
                 "Of each person in the busy hour; radios and ways out must carry it")
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--site-people", to.most_people, "At most so many a site, the nearest first; 0: no limit")
      ->check(CLI::Range(0, 1'000'000'000))
      ->type_name("PEOPLE");
  app.add_option("--n-1", to.most_cut_off,
                 "Second ways out, so that one failing hop, mast or way out cuts off no more people of other masts")
      ->check(CLI::Range(0, 1'000'000'000))
      ->type_name("PEOPLE");
  app.add_option("--school", to.school_people, "Count each school of the list as so many more people")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("PEOPLE");
  app.add_option("--health", to.health_people, "Count each health centre of the list as so many more people")
      ->check(CLI::Range(0, 1'000'000))
      ->type_name("PEOPLE");
  app.add_option("--threads", to.threads, "0: as many as processors; never changes the plan")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
}

void SearchOptions::add_run(CLI::App& app) {
  run_app_ = app.add_subcommand("run", "Find the cheapest plan: masts, heights, ways out");
  CLI::App& run = *run_app_;
  add_inputs(run, run_, run_words_);
  run.add_option("--gap", gap_percent_, "Stop when the cost is so near to the bound, percent")
      ->check(CLI::Range(0.0, 100.0));
  run.add_option("--time", time_, "Stop then: 90s, 10min, 2h; 0s: no limit")
      ->check([](const std::string& text) { return refusal(parse_time(text)); })
      ->capture_default_str();
  run.add_option("--seed", run_.seed, "Of the search; the same gives the same plan")->capture_default_str();
  run.add_option("--from", run_.from,
                 "Go on from this plan: of the same data it is never made worse, of other data with what still fits")
      ->type_name("PLAN");
  run.add_option("--progress", run_.progress, "How far it is, for programs: written anew about once a second")
      ->type_name("FILE");
  run.add_option("-o,--output", run_.output, "The plan; the best so far stands there while it is searched")
      ->required()
      ->type_name("FILE");
}

void SearchOptions::add_rest(CLI::App& app) {
  show_app_ = app.add_subcommand("show", "What a plan builds, serves and costs");
  show_app_->add_option("PLAN", show_.plan, "Written by run")->required();
  explain_app_ = app.add_subcommand("explain", "Why a settlement is served as it is, or is not");
  explain_app_->add_option("PLAN", explain_.plan, "Written by run")->required();
  explain_app_->add_option("SETTLEMENT", explain_.settlement, "Id or name")->required();
  link_app_ = app.add_subcommand("link", "What a radio link between two places would be worth");
  link_app_->add_option("FROM", link_.from, "13.52,2.11, or a settlement's id or name")->required();
  link_app_->add_option("TO", link_.to, "The same")->required();
  link_app_->add_option("--settlements", link_.settlements, "For names")->type_name("FILE");
  add_ground(*link_app_, link_.files);
  link_app_->add_option("--masts", masts_, "Heights at FROM and TO, metres")
      ->expected(2)
      ->check(CLI::Range(1.0, 300.0))
      ->capture_default_str();
}

void SearchOptions::add_what_if(CLI::App& app) {
  what_if_app_ = app.add_subcommand("what-if", "What a plan changed by hand would serve and cost");
  CLI::App& ask = *what_if_app_;
  const auto words = [&](const char* name, std::vector<std::string>& to, const char* help, const char* type) {
    // One word each: what stands behind it is none of it.
    ask.add_option(name, to, help)->type_name(type)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  ask.add_option("PLAN", what_if_.plan, "As run wrote it; the other options are those that it was made with")
      ->required();
  words("--move", what_if_.moves, "A site to another place; may be repeated, as those below", "SITE=LAT,LON");
  words("--raise", what_if_.raises, "A site's mast, or lower it; a height that has a price", "SITE=HEIGHT");
  words("--drop", what_if_.drops, "A site", "SITE");
  words("--add", what_if_.adds, "A mast at a place, or at a settlement", "PLACE=HEIGHT");
  words("--lose-tower", what_if_.lost.towers, "An operator's tower, with what stands on it and buys its network", "ID");
  words("--lose-operator", what_if_.lost.operators, "All towers of an operator", "NAME");
  add_inputs(ask, what_if_.run, what_if_words_);
  ask.add_option("--differences", what_if_.differences, "CSV of all that differs")->type_name("FILE");
  ask.add_option("-o,--output", what_if_.run.output, "The plan that comes of it")->type_name("FILE");
}

CLI::App* SearchOptions::named() const {
  for (CLI::App* app : {run_app_, show_app_, explain_app_, link_app_, what_if_app_}) {
    if (app->parsed()) {
      return app;
    }
  }
  return nullptr;
}

void SearchOptions::take(const InputWords& words, RunCommand& to) {
  to.target = *parse_target(words.target);
  std::tie(to.eligible_from, to.eligible_to) = *parse_sizes(words.sizes);
  to.files.relays = !words.no_relays;
  to.files.mast_height = Metres{words.mast_height};
}

std::optional<SearchCommand> SearchOptions::asked() const {
  const CLI::App* app = named();
  if (app == show_app_) {
    return show_;
  }
  if (app == explain_app_) {
    return explain_;
  }
  if (app == link_app_) {
    LinkCommand link = link_;
    link.from_mast = Metres{masts_[0]};
    link.to_mast = Metres{masts_[1]};
    return link;
  }
  if (app == what_if_app_) {
    WhatIfCommand what_if = what_if_;
    take(what_if_words_, what_if.run);
    what_if.target_is_plans = what_if_app_->count("--target") == 0 && what_if_app_->count("--eligible") == 0;
    return what_if;
  }
  if (app != run_app_) {
    return std::nullopt;
  }
  RunCommand run = run_;
  take(run_words_, run);
  run.time = *parse_time(time_);
  run.gap = gap_percent_ / 100;
  return run;
}

}  // namespace karkara::planner
