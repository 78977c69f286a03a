// The planning job: at most one, as processes one after the other, each told on disk before it runs, so that a
// controller that starts anew finds its job running, ended or dead and goes on. A plan takes the place of the former
// one when it is whole. Refuses threads and waiting; PlanDesk calls it under a lock, and reads the plans.
#pragma once

#include <google/protobuf/message_lite.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/host/file_system.h"
#include "common/host/log.h"
#include "common/time.h"
#include "controller/planning/child_process.h"
#include "controller/planning/plan_folder.h"
#include "karkara/v1/stored.pb.h"

namespace karkara {

struct PlannerSettings {
  std::filesystem::path folder;                    // what plans rest on; empty: nothing is planned
  std::filesystem::path program;                   // karkara-plan
  std::filesystem::path state;                     // folder of jobs; made when it is needed
  std::uint64_t memory = std::uint64_t{4} << 30U;  // bytes
};

class PlanRunner {
 public:
  static constexpr Duration kEndGrace = std::chrono::seconds{60};  // from the request to end to the kill
  static constexpr std::uint32_t kMostRestarts = 3;

  PlanRunner(PlannerSettings settings, FileSystem& files, const Clock& clock, Log& log);

  // What former controllers left. A job whose process died with them is searched again.
  void load();

  // FailedPrecondition: one runs, no folder, files are missing. `masts` is the fleet as CSV; empty: without it.
  Result<v1::PlanJob> start(const v1::StartPlanRequest& request, const std::string& who, const std::string& masts);
  Result<v1::PlanJob> cancel();                   // FailedPrecondition: none runs, or its plan is being read
  [[nodiscard]] Result<v1::PlanJob> job() const;  // NotFound: none ran yet

  // Looks after the job; the folder of a plan that is whole, which the caller reads and then tells of.
  [[nodiscard]] std::optional<std::string> look_after();
  void plan_was_read(const Status& outcome);

  [[nodiscard]] bool runs() const { return stored_.job().state() == v1::PLAN_JOB_STATE_RUNNING; }
  // Of the plan that is the controller's: the job that found it, as it ended. None yet: number 0.
  [[nodiscard]] const v1::PlanJob& kept() const { return kept_; }
  [[nodiscard]] std::string folder_of(std::uint64_t job) const;
  [[nodiscard]] std::uint64_t number() const { return stored_.job().number(); }  // of the last job; 0: none

 private:
  [[nodiscard]] Result<PlanFolder> may_start(const v1::StartPlanRequest& request) const;
  Status begin(const PlanFolder& folder, const v1::StartPlanRequest& request, const std::string& who,
               const std::string& masts);
  Status make_folder(const std::string& masts);
  // The plan that the last job left, else the controller's; a file. None: empty.
  [[nodiscard]] std::string plan_left() const;
  [[nodiscard]] std::vector<std::string> words_of_step() const;
  Status run_step();
  void step_ended(const ProcessEnd& end);
  void run_again(const std::string& why);
  [[nodiscard]] v1::PlanJob ended(v1::PlanJobState state, const std::string& why) const;
  void finish(v1::PlanJobState state, const std::string& why);
  Status save(const std::string& name, const google::protobuf::MessageLite& message);
  Status save_job();   // what the disk refuses is offered again with the next look
  Status save_kept();  // as well
  void forget_old_jobs() const;
  [[nodiscard]] bool has_plan() const;
  [[nodiscard]] std::string last_words() const;

  PlannerSettings settings_;
  FileSystem& files_;
  const Clock& clock_;
  Log& log_;
  v1::StoredPlanJob stored_;
  v1::PlanJob kept_;
  std::optional<ChildProcess> process_;
  std::optional<Instant> kill_at_;
  bool plan_is_whole_ = false;  // told, and not read yet
  bool unsaved_ = false;        // the disk refused the job or the kept plan
};

}  // namespace karkara
