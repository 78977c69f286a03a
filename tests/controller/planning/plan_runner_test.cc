// The planning job as processes: to its end, cancelled, killed, failed, and over restarts of the controller.
#include "controller/planning/plan_runner.h"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "controller/planning/kept_plan.h"
#include "tests/controller/planning/plan_files.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class PlanRunnerTest : public testing::Test {
 protected:
  PlanRunnerTest() {
    write_plan_files(folder_.path());
    again();
  }
  ~PlanRunnerTest() override {
    let_go("hang");
    if (runner_->runs()) {
      until_it_ends();
    }
  }

  // Another controller over the same state.
  void again() {
    runner_.emplace(PlannerSettings{folder_.path() / "planner", folder_.path() / "bin/karkara-plan",
                                    folder_.path() / "state/planner"},
                    files_, clock_, log_);
    runner_->load();
  }
  void make(const char* word) const { std::ofstream{folder_.path() / "bin" / word} << "x"; }
  void let_go(const char* word) const { fs::remove(folder_.path() / "bin" / word); }
  Result<v1::PlanJob> start(const std::string& masts = "") { return runner_->start({}, "amina", masts); }

  // Real processes end when they end; ten seconds are for machines that are busy.
  template <class Condition>
  bool until(Condition condition) {
    for (int i = 0; i < 1'000; ++i) {
      if (condition()) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
  }
  v1::PlanJob until_it_ends() {
    EXPECT_TRUE(until([&] {
      if (const auto folder = runner_->look_after()) {
        const auto plan = read_kept_plan(*folder);
        runner_->plan_was_read(plan ? Status{} : Status{plan.error()});
      }
      return !runner_->runs();
    }));
    return *runner_->job();
  }
  bool until_it_found_a_plan() {
    return until([&] { return runner_->job()->has_so_far(); });
  }
  bool until_its_plan_is_whole() {
    return until([&] { return runner_->look_after().has_value(); });
  }
  // The words of the searches that were begun.
  std::vector<std::string> search_calls() const {
    std::vector<std::string> calls;
    std::ifstream file{folder_.path() / "bin/calls"};
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("run ")) {
        calls.push_back(line);
      }
    }
    return calls;
  }
  std::size_t searches() const { return search_calls().size(); }
  std::string last_search() const { return searches() == 0 ? "" : search_calls().back(); }
  fs::path state(const std::string& name) const { return folder_.path() / "state/planner" / name; }
  v1::StoredPlanJob stored() const {
    v1::StoredPlanJob stored;
    std::ifstream file{state("job.pb"), std::ios::binary};
    stored.ParseFromIstream(&file);
    return stored;
  }
  // The search's process, as the job's file has it.
  pid_t process() const { return stored().process(); }
  // As a full disk does: the file keeps what it has.
  void refuse_to_save(const std::string& name) const { fs::create_directory(state(name + ".tmp")); }
  void save_again(const std::string& name) const { fs::remove(state(name + ".tmp")); }

  TestFolder folder_;
  HostFileSystem files_;
  FakeClock clock_;
  Log log_{stderr, clock_, false};
  std::optional<PlanRunner> runner_;
};

TEST_F(PlanRunnerTest, FindsAPlanAndItsAreas) {
  const auto job = start("id,name\nsadore,x\n");
  ASSERT_TRUE(job.ok()) << job.error().text;
  EXPECT_EQ(job->number(), 1U);
  EXPECT_EQ(job->asked_by(), "amina");
  const v1::PlanJob ended = until_it_ends();
  EXPECT_EQ(ended.state(), v1::PLAN_JOB_STATE_DONE) << ended.why();
  EXPECT_EQ(runner_->kept().number(), 1U);
  EXPECT_TRUE(fs::exists(runner_->folder_of(1) + "/fleet.csv"));
  const auto plan = read_kept_plan(runner_->folder_of(1));
  ASSERT_TRUE(plan.ok()) << plan.error().text;
  EXPECT_EQ(*plan->plan, planner::sample_plan());
  EXPECT_EQ(plan->divisions.settlements[3][0], "Tahoua");
}

TEST_F(PlanRunnerTest, RunsOneAtATimeWithLowPriorityAndTellsHowFarItIs) {
  make("hang");
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_it_found_a_plan());
  const auto second = start();
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::FailedPrecondition);
  const v1::PlanJob job = *runner_->job();
  EXPECT_EQ(job.state(), v1::PLAN_JOB_STATE_RUNNING);
  EXPECT_EQ(job.stage(), "sites and backhaul");
  EXPECT_EQ(job.done(), 3U);
  EXPECT_EQ(job.pieces(), 24U);
  EXPECT_EQ(job.left_seconds(), 17);
  EXPECT_EQ(job.so_far().people_served(), 6'000U);
  EXPECT_DOUBLE_EQ(job.so_far().gap_percent(), 5);
  EXPECT_GE(::getpriority(PRIO_PROCESS, static_cast<id_t>(process())), 10);
}

TEST_F(PlanRunnerTest, ACancelledJobLeavesWhatItHas) {
  make("hang");
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_it_found_a_plan());
  const auto cancelled = runner_->cancel();
  ASSERT_TRUE(cancelled.ok());
  EXPECT_TRUE(cancelled->cancelling());
  EXPECT_EQ(until_it_ends().state(), v1::PLAN_JOB_STATE_CANCELLED);
  EXPECT_EQ(runner_->kept().number(), 1U);
  EXPECT_FALSE(runner_->cancel().ok()) << "none runs";
}

TEST_F(PlanRunnerTest, AJobThatDoesNotEndWhenItIsAskedIsKilled) {
  make("hang");
  make("nothing");
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_it_found_a_plan());
  ::kill(process(), SIGSTOP);
  ASSERT_TRUE(runner_->cancel().ok());
  EXPECT_EQ(runner_->look_after(), std::nullopt);
  EXPECT_TRUE(runner_->runs());
  clock_.advance(PlanRunner::kEndGrace);
  const v1::PlanJob job = until_it_ends();
  EXPECT_EQ(job.state(), v1::PLAN_JOB_STATE_CANCELLED);
  EXPECT_THAT(job.why(), HasSubstr("no plan yet"));
  EXPECT_EQ(runner_->kept().number(), 0U);
}

TEST_F(PlanRunnerTest, AFailureSaysItsLastWordAndLeavesThePlanThatWas) {
  ASSERT_TRUE(start().ok());
  until_it_ends();
  make("fail");
  ASSERT_TRUE(start().ok());
  const v1::PlanJob job = until_it_ends();
  EXPECT_EQ(job.state(), v1::PLAN_JOB_STATE_FAILED);
  EXPECT_EQ(job.why(), "search ended with 1: prices.yaml: line 3: no price");
  ASSERT_EQ(job.log_size(), 1);
  EXPECT_EQ(runner_->kept().number(), 1U);
  EXPECT_TRUE(read_kept_plan(runner_->folder_of(1)).ok());
  again();
  EXPECT_EQ(runner_->kept().number(), 1U);
  EXPECT_EQ(runner_->job()->state(), v1::PLAN_JOB_STATE_FAILED);
}

TEST_F(PlanRunnerTest, AKilledSearchFailsAndItsPlanSoFarIsKept) {
  make("hang");
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_it_found_a_plan());
  ::kill(process(), SIGKILL);
  const v1::PlanJob job = until_it_ends();
  EXPECT_EQ(job.state(), v1::PLAN_JOB_STATE_FAILED);
  EXPECT_THAT(job.why(), HasSubstr("was ended by signal 9"));
  EXPECT_TRUE(fs::exists(runner_->folder_of(1) + "/plan.txt"));
}

TEST_F(PlanRunnerTest, TheNextControllerFindsTheJobRunning) {
  make("hang");
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_it_found_a_plan());
  const pid_t search = process();
  again();
  EXPECT_TRUE(runner_->runs());
  EXPECT_EQ(process(), search);
  EXPECT_EQ(::kill(search, 0), 0);
  let_go("hang");
  EXPECT_EQ(until_it_ends().state(), v1::PLAN_JOB_STATE_DONE);
  again();
  EXPECT_EQ(runner_->kept().number(), 1U);
}

TEST_F(PlanRunnerTest, AJobThatDiedWithItsControllerIsSearchedAgainButNotForEver) {
  make("hang");
  ASSERT_TRUE(start().ok());
  for (std::uint32_t restart = 1; restart <= PlanRunner::kMostRestarts; ++restart) {
    ASSERT_TRUE(until_it_found_a_plan());
    const pid_t search = process();
    ::kill(search, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(search, &status, 0), search);  // its controller is gone, nobody else asks
    again();
    ASSERT_TRUE(runner_->runs()) << restart;
    EXPECT_NE(process(), search);
  }
  ASSERT_TRUE(until_it_found_a_plan());
  ::kill(process(), SIGKILL);
  ASSERT_GT(::waitpid(process(), nullptr, 0), 0);
  again();
  EXPECT_EQ(runner_->job()->state(), v1::PLAN_JOB_STATE_FAILED);
  EXPECT_THAT(runner_->job()->why(), HasSubstr("again and again"));
}

TEST_F(PlanRunnerTest, ASearchThatDiedGoesOnFromItsPlanSoFar) {
  make("hang");
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_it_found_a_plan());
  EXPECT_THAT(last_search(), Not(HasSubstr("--from=")));
  const pid_t search = process();
  ::kill(search, SIGKILL);
  ASSERT_EQ(::waitpid(search, nullptr, 0), search);
  again();
  const std::string from = "--from=" + runner_->folder_of(1) + "/plan.txt";
  ASSERT_TRUE(until([&] { return last_search().find(from) != std::string::npos; })) << last_search();
  ASSERT_TRUE(until_it_found_a_plan());
  // A plan that is torn is none: the search begins anew.
  std::ofstream{runner_->folder_of(1) + "/plan.txt"} << "karkara-plan 1\nseed\t1\n";
  make("nothing");
  const pid_t second = process();
  ::kill(second, SIGKILL);
  ASSERT_EQ(::waitpid(second, nullptr, 0), second);
  again();
  ASSERT_TRUE(until([&] { return searches() == 3; }));
  EXPECT_THAT(last_search(), Not(HasSubstr("--from=")));
}

TEST_F(PlanRunnerTest, ASearchThatDiedHasTheTimeThatIsLeft) {
  v1::StartPlanRequest request;
  request.set_time_seconds(3'600);
  make("hang");
  ASSERT_TRUE(runner_->start(request, "amina", "").ok());
  ASSERT_TRUE(until_it_found_a_plan());
  EXPECT_THAT(last_search(), HasSubstr("--time=3600s"));
  std::size_t begun = 1;
  for (const char* left : {"--time=3000s", "--time=2400s", "--time=60s"}) {
    const pid_t search = process();
    ::kill(search, SIGKILL);
    ASSERT_EQ(::waitpid(search, nullptr, 0), search);
    clock_.advance(std::chrono::seconds{begun < 3 ? 600 : 86'400});
    again();
    ++begun;
    ASSERT_TRUE(until([&] { return searches() == begun; }));
    EXPECT_THAT(last_search(), HasSubstr(left));
    ASSERT_TRUE(until_it_found_a_plan());
  }
}

TEST_F(PlanRunnerTest, AnotherJobGoesOnFromWhatTheLastOneLeft) {
  v1::StartPlanRequest request;
  request.set_resume(true);
  EXPECT_THAT(runner_->start(request, "amina", "").error().text, HasSubstr("no job has left a plan"));
  EXPECT_FALSE(runner_->runs());
  make("hang");
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_it_found_a_plan());
  ASSERT_TRUE(runner_->cancel().ok());
  until_it_ends();
  let_go("hang");
  ASSERT_TRUE(runner_->start(request, "amina", "").ok());
  ASSERT_TRUE(until([&] { return searches() == 2; }));
  EXPECT_THAT(last_search(), HasSubstr("--from=" + runner_->folder_of(2) + "/from.txt"));
  EXPECT_TRUE(planner::read_plan(runner_->folder_of(2) + "/from.txt").ok());
  EXPECT_EQ(until_it_ends().state(), v1::PLAN_JOB_STATE_DONE);
}

TEST_F(PlanRunnerTest, SaysWhatKeepsItFromStarting) {
  fs::remove(folder_.path() / "bin/karkara-plan");
  const auto no_program = start();
  ASSERT_FALSE(no_program.ok());
  EXPECT_THAT(no_program.error().text, HasSubstr("karkara-plan"));
  EXPECT_FALSE(fs::exists(runner_->folder_of(1)));
  EXPECT_EQ(runner_->job().error().code, ErrorCode::NotFound);
  again();
  EXPECT_FALSE(runner_->runs());
  EXPECT_FALSE(runner_->job().ok()) << "what was refused is not taken up";
  fs::remove(folder_.path() / "planner/access.yaml");
  EXPECT_THAT(start().error().text, HasSubstr("access.yaml"));
  runner_.emplace(PlannerSettings{{}, "x", folder_.path() / "state/planner"}, files_, clock_, log_);
  EXPECT_THAT(start().error().text, HasSubstr("planner_folder"));
}

TEST_F(PlanRunnerTest, AJobsFileThatIsTornIsNoJob) {
  ASSERT_TRUE(start().ok());
  until_it_ends();
  std::ofstream{folder_.path() / "state/planner/job.pb"} << "\xFF\xFF";
  again();
  EXPECT_FALSE(runner_->runs());
  EXPECT_EQ(runner_->kept().number(), 1U);
  make("fail");
  EXPECT_EQ(start()->number(), 2U);
  EXPECT_EQ(until_it_ends().state(), v1::PLAN_JOB_STATE_FAILED);
  EXPECT_TRUE(read_kept_plan(runner_->folder_of(runner_->kept().number())).ok());
}

TEST_F(PlanRunnerTest, TheLargestOfRequestsIsReadBack) {
  v1::StartPlanRequest request;
  for (int i = 0; i < 5'000; ++i) {
    request.add_forbidden(std::string(190, 'x'));
  }
  ASSERT_TRUE(runner_->start(request, "amina", "").ok());
  until_it_ends();
  ASSERT_GT(fs::file_size(state("job.pb")), 1U << 20U);
  again();
  ASSERT_EQ(runner_->number(), 1U);
  EXPECT_EQ(runner_->job()->state(), v1::PLAN_JOB_STATE_DONE);
}

TEST_F(PlanRunnerTest, AJobWhosePlanIsBeingReadIsNotCancelledAndOutlivesItsController) {
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_its_plan_is_whole());
  const auto cancelled = runner_->cancel();
  ASSERT_FALSE(cancelled.ok());
  EXPECT_THAT(cancelled.error().text, HasSubstr("is being read"));
  EXPECT_FALSE(runner_->job()->cancelling());
  v1::StoredPlanJob stored = this->stored();
  stored.set_step(static_cast<std::uint32_t>(stored.steps_size()));  // its controller dies with this on disk
  {
    std::ofstream file{state("job.pb"), std::ios::binary};
    ASSERT_TRUE(stored.SerializeToOstream(&file));
  }
  again();
  ASSERT_TRUE(runner_->runs());
  EXPECT_EQ(until_it_ends().state(), v1::PLAN_JOB_STATE_DONE);
  EXPECT_EQ(runner_->kept().number(), 1U);
}

TEST_F(PlanRunnerTest, AnEndThatTheDiskRefusedIsSavedLater) {
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_its_plan_is_whole());
  refuse_to_save("job.pb");
  EXPECT_EQ(until_it_ends().state(), v1::PLAN_JOB_STATE_DONE);
  EXPECT_EQ(stored().job().state(), v1::PLAN_JOB_STATE_RUNNING);
  EXPECT_TRUE(fs::exists(state("plan.pb"))) << "the plan is kept before its job ends";
  save_again("job.pb");
  EXPECT_EQ(runner_->look_after(), std::nullopt);
  EXPECT_EQ(stored().job().state(), v1::PLAN_JOB_STATE_DONE);
}

TEST_F(PlanRunnerTest, APlanWhoseSuccessorTheDiskRefusedStays) {
  ASSERT_TRUE(start().ok());
  until_it_ends();
  refuse_to_save("plan.pb");
  ASSERT_TRUE(start().ok());
  until_it_ends();
  make("fail");
  ASSERT_TRUE(start().ok());
  until_it_ends();
  EXPECT_EQ(runner_->kept().number(), 2U);
  EXPECT_TRUE(read_kept_plan(runner_->folder_of(1)).ok()) << "a next controller knows of no other";
  save_again("plan.pb");
  EXPECT_EQ(runner_->look_after(), std::nullopt);
  again();
  EXPECT_EQ(runner_->kept().number(), 2U);
  EXPECT_TRUE(read_kept_plan(runner_->folder_of(2)).ok());
}

TEST_F(PlanRunnerTest, APlanWithoutSitesIsAPlan) {
  planner::Plan plan = planner::sample_plan();
  plan.sites.clear();
  for (planner::PlanSettlement& row : plan.settlements) {
    row.server.reset();
    row.second.reset();
    row.nearest_site = planner::kNoSite;
    row.why = planner::WhyUnserved::Obstructed;
  }
  plan.totals = planner::totals_of(plan);
  std::ofstream{folder_.path() / "bin/sample.txt"} << planner::to_text(plan);
  std::ofstream{folder_.path() / "bin/sites.csv"} << "latitude,longitude\n";  // as karkara-plan writes it
  ASSERT_TRUE(start().ok());
  const v1::PlanJob job = until_it_ends();
  EXPECT_EQ(job.state(), v1::PLAN_JOB_STATE_DONE) << job.why();
}

}  // namespace
}  // namespace karkara
