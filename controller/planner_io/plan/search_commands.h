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
  std::int64_t most_people = 0;    // a site; 0: no limit
  std::int64_t school_people = 0;  // each counts as so many more people when the plan chooses
  std::int64_t health_people = 0;
  double gap = 0;               // 0.05: stop when so near to the bound
  std::chrono::seconds time{};  // 0: as long as it takes
  std::uint64_t seed = 1;
  std::size_t threads = 0;
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

using SearchCommand = std::variant<RunCommand, ShowCommand, ExplainCommand, LinkCommand>;

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
  void add_run(CLI::App& app);
  void add_rest(CLI::App& app);

  RunCommand run_;
  ShowCommand show_;
  ExplainCommand explain_;
  LinkCommand link_;
  std::string target_ = "everybody";
  std::string sizes_ = "250-2500";
  std::string time_ = "0s";
  double gap_percent_ = 0;
  std::vector<double> masts_{30, 30};
  bool no_relays_ = false;
  CLI::App* run_app_ = nullptr;
  CLI::App* show_app_ = nullptr;
  CLI::App* explain_app_ = nullptr;
  CLI::App* link_app_ = nullptr;
};

}  // namespace karkara::planner
