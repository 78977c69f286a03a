// What the command line asks of plan searches and of what they found: run, show, explain, link. Refuses to do any of
// it; search_jobs.h does. Parsed by SearchOptions as part of parse_plan_options.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.h"
#include "controller/planner/plan/plan_input.h"
#include "controller/planner/roadmap/network_losses.h"
#include "controller/planner_io/plan_inputs.h"

namespace CLI {
class App;
}

namespace karkara::planner {

struct PeopleFiles;

struct RunCommand {
  std::string settlements;
  std::string country;
  std::string areas;
  PlanSources files;
  PlanTarget target;
  std::int64_t eligible_from = 250;
  std::int64_t eligible_to = 2'500;
  std::vector<std::string> fixed;
  std::vector<std::string> forbidden;
  double busy_kbit_per_person = 0;
  std::int64_t most_people = 0;              // a site; 0: no limit
  std::optional<std::int64_t> most_cut_off;  // by one failure; none: N-1 is not asked
  std::int64_t school_people = 0;            // each counts as so many more people when the plan chooses
  std::int64_t health_people = 0;
  double gap = 0;                   // 0.05: stop when so near to the bound
  std::chrono::nanoseconds time{};  // 0: as long as it takes
  std::uint64_t seed = 1;
  std::size_t threads = 0;
  std::string from;      // a former plan to go on from; empty: none
  std::string progress;  // file; empty: none
  std::string output;
};

struct ShowCommand {
  std::string plan;
};

struct ExplainCommand {
  std::string plan;
  std::string settlement;  // id or name
};

struct LinkCommand {
  std::string settlements;  // for names; empty: places only
  PlanSources files;
  std::string from;  // "13.52,2.11", or an id or name of a settlement
  std::string to;
  Metres from_mast{30};
  Metres to_mast{30};
};

// A finished plan changed by hand, over the files that it was made from.
struct WhatIfCommand {
  std::string plan;
  RunCommand run;  // its files and limits; the plan that comes of it goes to its output, if there is one
  std::vector<std::string> moves;   // "SITE=13.52,2.11"
  std::vector<std::string> raises;  // "SITE=45m"
  std::vector<std::string> drops;   // "SITE"
  std::vector<std::string> adds;    // "13.52,2.11=45m", "SETTLEMENT=45m"
  LostNetworks lost;
  std::string differences;      // CSV
  bool target_is_plans = true;  // nobody named another
};

using SearchCommand = std::variant<RunCommand, ShowCommand, ExplainCommand, LinkCommand, WhatIfCommand>;

// "everybody", "eligible", "95%", "budget:20000000".
[[nodiscard]] Result<PlanTarget> parse_target(std::string_view text);
// "90s", "10min", "2h".
[[nodiscard]] Result<std::chrono::seconds> parse_time(std::string_view text);
// "250-2500".
[[nodiscard]] Result<std::pair<std::int64_t, std::int64_t>> parse_sizes(std::string_view text);

class SearchOptions {
 public:
  explicit SearchOptions(CLI::App& app);
  // What was asked, once the app has parsed; none where it was something else.
  [[nodiscard]] std::optional<SearchCommand> asked() const;
  // The subcommand that was named, for its help.
  [[nodiscard]] CLI::App* named() const;

 private:
  // Words that become something else in the command.
  struct InputWords {
    std::string target = "everybody";
    std::string sizes = "250-2500";
    bool no_relays = false;
    double mast_height = 30;
  };
  // What a plan rests on.
  static void add_inputs(CLI::App& app, RunCommand& to, InputWords& words);
  static void take(const InputWords& words, RunCommand& to);
  void add_run(CLI::App& app);
  void add_what_if(CLI::App& app);
  void add_rest(CLI::App& app);

  RunCommand run_;
  ShowCommand show_;
  ExplainCommand explain_;
  LinkCommand link_;
  WhatIfCommand what_if_;
  InputWords run_words_;
  InputWords what_if_words_;
  std::string time_ = "0s";
  double gap_percent_ = 0;
  std::vector<double> masts_{30, 30};
  CLI::App* run_app_ = nullptr;
  CLI::App* show_app_ = nullptr;
  CLI::App* explain_app_ = nullptr;
  CLI::App* link_app_ = nullptr;
  CLI::App* what_if_app_ = nullptr;
};

}  // namespace karkara::planner
