#include "controller/planning/plan_runner.h"

#include <algorithm>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

#include "controller/planner/outputs/text.h"
#include "controller/planning/job_files.h"
#include "controller/planning/plan_order.h"

namespace karkara {
namespace {

namespace fs = std::filesystem;

constexpr const char* kJobFile = "job.pb";
constexpr const char* kKeptFile = "plan.pb";
constexpr std::string_view kFromOption = "--from=";
constexpr int kStepDone = 0;
constexpr int kEndedEarly = 3;  // a search, with what it had; others told doubts of data
constexpr std::size_t kLogLines = 20;

std::string words_of(const ProcessEnd& end) {
  return end.signal ? "was ended by signal " + std::to_string(*end.signal)
         : end.code ? "ended with " + std::to_string(*end.code)
                    : std::string{"died"};
}

}  // namespace

PlanRunner::PlanRunner(PlannerSettings settings, FileSystem& files, const Clock& clock, Log& log)
    : settings_{std::move(settings)}, files_{files}, clock_{clock}, log_{log} {}

std::string PlanRunner::folder_of(std::uint64_t job) const {
  return (settings_.state / ("job-" + std::to_string(job))).string();
}

Status PlanRunner::save(const std::string& name, const google::protobuf::MessageLite& message) {
  const std::string bytes = message.SerializeAsString();
  return write_atomically(files_, settings_.state.string(), name, std::as_bytes(std::span{bytes}));
}

Status PlanRunner::save_job() {
  Status saved = save(kJobFile, stored_);
  unsaved_ = unsaved_ || !saved;
  return saved;
}

Status PlanRunner::save_kept() {
  Status saved = kept_.number() == 0 ? Status{} : save(kKeptFile, kept_);
  unsaved_ = unsaved_ || !saved;
  return saved;
}

void PlanRunner::load() {
  const std::string folder = settings_.state.string();
  if (!kept_.ParseFromString(file_text(folder + "/" + kKeptFile).value_or(""))) {
    kept_.Clear();
  }
  if (!stored_.ParseFromString(file_text(folder + "/" + kJobFile).value_or(""))) {
    stored_.Clear();
  }
  if (!runs()) {
    return;
  }
  if (stored_.step() >= static_cast<std::uint32_t>(stored_.steps_size())) {
    plan_is_whole_ = true;  // its controller died while it read the plan
    return;
  }
  process_ = ChildProcess::find({stored_.process(), stored_.process_started(), stored_.boot()});
  if (process_ && stored_.cancelled()) {
    kill_at_ = clock_.now() + kEndGrace;
  }
  if (!process_) {
    step_ended({});
  }
}

Result<v1::PlanJob> PlanRunner::start(const v1::StartPlanRequest& request, const std::string& who,
                                      const std::string& masts) {
  const auto folder = may_start(request);
  if (!folder) {
    return folder.error();
  }
  const v1::StoredPlanJob former = stored_;
  if (const Status begun = begin(*folder, request, who, masts); !begun) {
    if (number() != former.job().number()) {
      std::error_code ignored;
      fs::remove_all(folder_of(number()), ignored);
    }
    stored_ = former;
    (void)save_job();  // else the next controller would take up what was refused
    return begun.error();
  }
  if (save_kept()) {  // a plan whose successor the disk does not know is not forgotten
    forget_old_jobs();
  }
  log_.write({MessageId::PlanStarted, {{"job", std::to_string(number())}, {"who", who}}});
  return job();
}

Result<PlanFolder> PlanRunner::may_start(const v1::StartPlanRequest& request) const {
  if (settings_.folder.empty()) {
    return Error{ErrorCode::FailedPrecondition, "the controller's settings name no planner_folder"};
  }
  if (runs()) {
    return Error{ErrorCode::FailedPrecondition, "job " + std::to_string(number()) + " runs; cancel it first"};
  }
  if (const Status fine = check_request(request); !fine) {
    return fine.error();
  }
  return look_into(settings_.folder);
}

// After an error the job is none.
Status PlanRunner::begin(const PlanFolder& folder, const v1::StartPlanRequest& request, const std::string& who,
                         const std::string& masts) {
  const std::uint64_t next = std::max(number(), kept_.number()) + 1;  // of a torn job's file the plan may remain
  const std::string former = request.resume() ? plan_left() : "";
  if (request.resume() && former.empty()) {
    return Error{ErrorCode::FailedPrecondition, "no job has left a plan to go on from"};
  }
  stored_.Clear();
  v1::PlanJob& job = *stored_.mutable_job();
  job.set_number(next);
  const std::string place = folder_of(next);
  const std::string from = former.empty() ? "" : place + "/from.txt";
  const auto steps =
      steps_of(folder, request, {place, masts.empty() ? "" : place + "/fleet.csv", settings_.memory, from});
  if (!steps) {
    return steps.error();
  }
  if (Status made = make_folder(masts); !made) {
    return made;
  }
  // A copy: the job that left it is forgotten.
  std::error_code error;
  if (!from.empty() && !fs::copy_file(former, from, error)) {
    return Error{ErrorCode::Unavailable, from + ": cannot be written (" + error.message() + ")"};
  }
  job.set_state(v1::PLAN_JOB_STATE_RUNNING);
  job.set_asked_by(who);
  *job.mutable_asked() = request;
  job.set_started_unix(clock_.wall().seconds());
  stored_.mutable_steps()->Assign(steps->begin(), steps->end());
  return run_step();
}

Status PlanRunner::make_folder(const std::string& masts) {
  const std::string folder = folder_of(number());
  std::error_code ignored;
  fs::remove_all(folder, ignored);  // of a controller that forgot it
  if (Status made = files_.make_directories(folder); !made) {
    return made;
  }
  return masts.empty() ? Status{} : write_atomically(files_, folder, "fleet.csv", std::as_bytes(std::span{masts}));
}

// On disk before and after: a controller that dies between finds no process of that name, and starts it again.
Status PlanRunner::run_step() {
  process_.reset();
  kill_at_.reset();
  stored_.set_process(0);
  if (stored_.step() == 0) {
    std::error_code ignored;
    fs::remove(folder_of(number()) + "/progress", ignored);  // of a search before
  }
  if (Status saved = save(kJobFile, stored_); !saved) {
    return saved;
  }
  auto child = ChildProcess::start(words_of_step(), folder_of(number()) + "/log");
  if (!child) {
    return child.error();
  }
  process_.emplace(std::move(child).value());
  stored_.set_process(process_->name().id);
  stored_.set_process_started(process_->name().started);
  stored_.set_boot(process_->name().boot);
  (void)save_job();  // without it a restart would search anew
  return {};
}

// A search that is begun again goes on from what it had found, in the time that is left.
std::vector<std::string> PlanRunner::words_of_step() const {
  std::vector<std::string> words{settings_.program.string()};
  const auto& step = stored_.steps(static_cast<int>(stored_.step()));
  words.insert(words.end(), step.words().begin(), step.words().end());
  const std::string so_far = folder_of(number()) + "/plan.txt";
  if (stored_.step() == 0 && stored_.restarts() > 0 && is_whole_plan(so_far)) {
    std::erase_if(words, [](const std::string& word) { return word.starts_with(kFromOption); });
    words.push_back(std::string{kFromOption} + so_far);
  }
  if (stored_.step() == 0 && stored_.restarts() > 0) {
    const std::int64_t gone = clock_.wall().seconds() - stored_.job().started_unix();
    for (std::string& word : words) {
      word = with_time_left(std::move(word), gone);
    }
  }
  return words;
}

std::string PlanRunner::plan_left() const {
  for (const std::uint64_t job : {number(), kept_.number()}) {
    std::string plan = folder_of(job) + "/plan.txt";
    if (job > 0 && is_whole_plan(plan)) {
      return plan;
    }
  }
  return {};
}

Result<v1::PlanJob> PlanRunner::cancel() {
  if (!runs()) {
    return Error{ErrorCode::FailedPrecondition, "no planning job runs"};
  }
  if (plan_is_whole_) {
    return Error{ErrorCode::FailedPrecondition, "the job has ended; its plan is being read"};
  }
  const bool searches = stored_.step() == 0;
  stored_.set_cancelled(true);
  stored_.mutable_job()->set_cancelling(true);
  const Status saved = save_job();
  if (process_ && searches && !kill_at_) {
    process_->signal(SIGTERM);
    kill_at_ = clock_.now() + kEndGrace;
  }
  return saved ? job() : saved.error();
}

std::optional<std::string> PlanRunner::look_after() {
  if (std::exchange(unsaved_, false)) {
    (void)save_kept();
    (void)save_job();
  }
  if (!runs()) {
    return std::nullopt;
  }
  if (kill_at_ && process_ && clock_.now() >= *kill_at_) {
    process_->signal(SIGKILL);
  }
  if (const auto end = process_ ? process_->end() : std::nullopt) {
    process_.reset();
    step_ended(*end);
  }
  return plan_is_whole_ ? std::optional{folder_of(number())} : std::nullopt;
}

bool PlanRunner::has_plan() const {
  std::error_code error;
  return fs::is_regular_file(folder_of(number()) + "/plan.txt", error);
}

std::string PlanRunner::last_words() const {
  const auto lines = last_lines(folder_of(number()) + "/log", 1);
  return lines.empty() ? std::string{} : lines.back();
}

void PlanRunner::step_ended(const ProcessEnd& end) {
  const std::string folder = folder_of(number());
  const bool searched = stored_.step() == 0;
  const auto progress = searched ? read_progress(folder) : std::nullopt;
  const std::optional<int> code = end.code || !progress ? end.code : progress->ended;
  const bool early = searched && code == std::optional{kEndedEarly};
  if (searched && stored_.cancelled()) {
    if (!has_plan()) {
      return finish(v1::PLAN_JOB_STATE_CANCELLED, "it had found no plan yet");
    }
  } else if (!end.signal && (!code || early)) {
    return run_again(words_of(end));  // nobody asked it to end: it went with the machine or the service
  } else if (code != std::optional{kStepDone} && code != std::optional{kEndedEarly}) {
    const std::string words = last_words();
    return finish(v1::PLAN_JOB_STATE_FAILED, stored_.steps(static_cast<int>(stored_.step())).stage() + " " +
                                                 words_of(end) + (words.empty() ? "" : ": " + words));
  }
  stored_.set_step(stored_.step() + 1);
  if (stored_.step() == static_cast<std::uint32_t>(stored_.steps_size())) {
    plan_is_whole_ = true;
    return;
  }
  if (const Status begun = run_step(); !begun) {
    finish(v1::PLAN_JOB_STATE_FAILED, begun.error().text);
  }
}

void PlanRunner::run_again(const std::string& why) {
  stored_.set_restarts(stored_.restarts() + 1);
  const Status begun = stored_.restarts() <= kMostRestarts
                           ? run_step()
                           : Status{Error{ErrorCode::Aborted, "it " + why + " again and again"}};
  if (!begun) {
    finish(v1::PLAN_JOB_STATE_FAILED, begun.error().text);
  }
}

void PlanRunner::plan_was_read(const Status& outcome) {
  plan_is_whole_ = false;
  if (!outcome) {
    return finish(v1::PLAN_JOB_STATE_FAILED, "its plan cannot be read: " + outcome.error().text);
  }
  // The plan before the job's end: a controller that dies between reads the plan again, and none is lost.
  const auto state = stored_.cancelled() ? v1::PLAN_JOB_STATE_CANCELLED : v1::PLAN_JOB_STATE_DONE;
  kept_ = ended(state, "");
  if (const Status saved = save_kept(); !saved) {
    log_.write({MessageId::PlanFailed, {{"job", std::to_string(number())}, {"why", saved.error().text}}});
  }
  finish(state, "");
}

v1::PlanJob PlanRunner::ended(v1::PlanJobState state, const std::string& why) const {
  v1::PlanJob job = stored_.job();
  job.set_state(state);
  job.set_why(planner::clean_utf8(why));
  job.set_cancelling(false);
  job.set_ended_unix(clock_.wall().seconds());
  return job;
}

void PlanRunner::finish(v1::PlanJobState state, const std::string& why) {
  *stored_.mutable_job() = ended(state, why);
  process_.reset();
  kill_at_.reset();
  (void)save_job();
  const bool failed = state == v1::PLAN_JOB_STATE_FAILED;
  log_.write({failed ? MessageId::PlanFailed : MessageId::PlanEnded,
              {{"job", std::to_string(number())},
               failed ? std::pair<std::string, std::string>{"why", stored_.job().why()}
                      : std::pair<std::string, std::string>{"state",
                                                            state == v1::PLAN_JOB_STATE_DONE ? "done" : "cancelled"}}});
}

Result<v1::PlanJob> PlanRunner::job() const {
  if (number() == 0) {
    return Error{ErrorCode::NotFound, "no planning job ran yet"};
  }
  v1::PlanJob job = stored_.job();
  const std::string folder = folder_of(number());
  for (std::string& line : last_lines(folder + "/log", kLogLines)) {
    job.add_log(std::move(line));
  }
  const auto progress = read_progress(folder);
  if (progress && progress->best) {
    v1::PlanSoFar& best = *job.mutable_so_far();
    best.set_sites(progress->best->sites);
    best.set_people(static_cast<std::uint64_t>(progress->best->people));
    best.set_people_served(static_cast<std::uint64_t>(progress->best->people_served));
    best.set_cost(progress->best->cost);
    if (progress->best->gap) {
      best.set_gap_percent(100 * *progress->best->gap);
    }
  }
  if (runs() && stored_.step() < static_cast<std::uint32_t>(stored_.steps_size())) {
    job.set_stage(stored_.steps(static_cast<int>(stored_.step())).stage());
    if (stored_.step() == 0 && progress) {
      job.set_stage(planner::clean_utf8(progress->stage));
      job.set_done(progress->done);
      job.set_pieces(progress->pieces);
      if (progress->left) {
        job.set_left_seconds(progress->left->count());
      }
    }
  }
  return job;
}

// The last one and that of the plan stay.
void PlanRunner::forget_old_jobs() const {
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::directory_iterator at{settings_.state, error}, end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    if (name.starts_with("job-") && at->path() != folder_of(number()) && at->path() != folder_of(kept_.number())) {
      old.push_back(at->path());
    }
  }
  for (const fs::path& path : old) {
    fs::remove_all(path, error);
  }
}

}  // namespace karkara
