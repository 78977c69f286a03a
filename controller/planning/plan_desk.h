// The planner at the controller: one thread that looks after the job, reads finished plans and keeps who has service
// beside the fleet. Others get copies and never wait for a file, a process or a comparison. Refuses to plan:
// karkara-plan does, as a process of its own. Asked by the NOC's calls, by metrics and by the map page.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "controller/fleet/fleet_access.h"
#include "controller/planning/coverage_watch.h"
#include "controller/planning/kept_plan.h"
#include "controller/planning/plan_runner.h"

namespace karkara {

// The controller's plan beside the fleet, as it was at one moment.
struct PlanPicture {
  v1::PlanJob job;  // that found the plan
  std::shared_ptr<const planner::PlanDivisions> divisions;
  planner::LiveCoverage live;
  std::vector<std::string> standing;  // of each of the plan's sites the id of the fleet's; empty: none stands there
  MastHeights heights;
  Instant changed;
};

class PlanDesk {
 public:
  PlanDesk(PlannerSettings settings, const FleetAccess& fleet, FileSystem& files, const Clock& clock, Log& log);
  ~PlanDesk();  // the job goes on: the next controller finds it
  PlanDesk(const PlanDesk&) = delete;
  PlanDesk& operator=(const PlanDesk&) = delete;

  void begin();                      // once the fleet is restored
  void changed(const SiteId& site);  // any thread; at once

  Result<v1::PlanJob> start(const v1::StartPlanRequest& request, const std::string& who);
  Result<v1::PlanJob> cancel();
  [[nodiscard]] Result<v1::PlanJob> job() const;

  // nullptr: there is no plan yet.
  [[nodiscard]] std::shared_ptr<const PlanPicture> picture() const;
  [[nodiscard]] std::shared_ptr<const std::string> map() const;  // GeoJSON, a few seconds old
  [[nodiscard]] Result<v1::PlanFile> file(v1::PlanFileKind kind) const;

 private:
  void work();
  void look_after_job();
  void take_plan(KeptPlan plan);
  void look_at_fleet();
  void publish();
  void draw_map(Instant now);
  [[nodiscard]] std::string fleet_as_masts() const;
  [[nodiscard]] std::set<SiteId> take_changed();

  const FleetAccess& fleet_;
  const Clock& clock_;
  Log& log_;

  mutable std::mutex job_mutex_;
  PlanRunner runner_;

  mutable std::mutex picture_mutex_;
  std::shared_ptr<const PlanPicture> picture_;
  std::shared_ptr<const std::string> map_;

  std::mutex wake_mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::set<SiteId> changed_;

  // Of the thread alone.
  v1::PlanJob kept_;
  std::shared_ptr<const planner::PlanDivisions> divisions_;
  std::unique_ptr<CoverageWatch> watch_;
  std::optional<Instant> drawn_;
  bool map_is_old_ = false;
  std::thread thread_;
};

}  // namespace karkara
