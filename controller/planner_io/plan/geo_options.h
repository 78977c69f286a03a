// The subcommands of geo_jobs.h on the command line of karkara-plan. Refuses to run them: what was chosen is a function
// that does. Called by parse_plan_options.
#pragma once

#include <memory>
#include <optional>

#include "controller/planner_io/plan/geo_jobs.h"

namespace CLI {
class App;
}

namespace karkara::planner {

// --cover and --cover-heights, for every command that reads terrain.
void cover_options(CLI::App& app, CoverFiles& files);

class GeoOptions {
 public:
  // Adds commands to the program and to its `check`; both outlive this.
  GeoOptions(CLI::App& program, CLI::App& check);

  // What the words asked for; none when they asked for something else.
  [[nodiscard]] std::optional<ChosenJob> chosen() const;
  // The subcommand whose help was asked for; nullptr when it is none of these.
  [[nodiscard]] CLI::App* parsed() const;

 private:
  struct Words;
  std::shared_ptr<Words> words_;  // a chosen job keeps them
};

}  // namespace karkara::planner
