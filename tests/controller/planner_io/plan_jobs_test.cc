#include <gmock/gmock.h>

#include <atomic>
#include <cstdio>
#include <stdexcept>

#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/progress_file.h"
#include "controller/planner_io/thread_executor.h"
#include "tests/controller/planner_io/sample_plan.h"
#include "tests/controller/planner_io/scratch_folder.h"
#include "tests/controller/planner_io/written.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

template <class What>
What parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "karkara-plan");
  return std::get<What>(parse_plan_options(static_cast<int>(words.size()), words.data()).what);
}

// Three villages in a row, 4 km apart, and one far away whose population is a word.
constexpr const char* kVillages =
    "osm_id,name,lat,lon,population\n"
    "1,\"Gona, west\",13.50,2.000,100\n2,Middle,13.50,2.037,200\n3,East,13.50,2.074,300\n4,Far,14.50,3.000,few\n";

TEST(PlanOptions, ReadLengthsWithTheirUnit) {
  EXPECT_EQ(*parse_length("5km"), Metres{5'000});
  EXPECT_EQ(*parse_length("0.8km"), Metres{800});
  EXPECT_EQ(*parse_length("800m"), Metres{800});
  for (const char* text : {"", "5", "km", "-5km", "0km", "5miles", "nan km", "2000km", "infkm"}) {
    EXPECT_FALSE(parse_length(text).ok()) << text;
  }
}

TEST(PlanOptions, AskForWhatTheWordsSay) {
  const auto cover = parsed<CoverCommand>({"cover", "--settlements", "a.csv", "--radius", "5km", "--sites", "10"});
  EXPECT_EQ(cover.radius, Metres{5'000});
  EXPECT_EQ(cover.sites, 10U);
  const auto quick =
      parsed<CoverCommand>({"cover", "--settlements", "a.csv", "--radius", "5km", "--gap", "2.5", "--time", "10min"});
  EXPECT_EQ(quick.gap, 0.025);
  EXPECT_EQ(quick.time, std::chrono::minutes{10});
  const auto terrain = parsed<CheckTerrain>({"check", "terrain", "x", "--settlements", "a.csv", "--reach", "30km"});
  EXPECT_EQ(terrain.files.settlements, "a.csv");
  EXPECT_EQ(terrain.reach, Metres{30'000});
  EXPECT_EQ(parsed<CheckTerrain>({"check", "terrain", "x", "y"}).paths.size(), 2U);
  EXPECT_EQ(parsed<CheckSettlements>({"check", "settlements", "a.csv"}).files.settlements, "a.csv");
  EXPECT_EQ(parsed<PrintAndEnd>({"--help"}).code, 0);
  EXPECT_THAT(parsed<PrintAndEnd>({"--help"}).text, HasSubstr("3 done, but data have doubts, or it was ended early"));
  EXPECT_THAT(parsed<PrintAndEnd>({"--version"}).text, StartsWith("karkara-plan "));
  for (const auto& words : std::vector<std::vector<const char*>>{{},
                                                                 {"cover"},
                                                                 {"cover", "--settlements", "a.csv", "--radius", "5"},
                                                                 {"check", "terrain", "x", "--reach", "200km"},
                                                                 {"check"},
                                                                 {"dig"}}) {
    EXPECT_EQ(parsed<PrintAndEnd>(words).code, 2);
  }
}

TEST(ThreadExecutor, HandsOnWhatAWorkerThrows) {
  for (const std::size_t threads : {1U, 4U}) {
    ThreadExecutor executor{threads};
    std::atomic<std::size_t> done = 0;
    const auto piece = [&](std::size_t i) {
      ++done;
      if (i == 50) {
        throw std::runtime_error{"no memory"};
      }
    };
    EXPECT_THROW(executor.run(1'000, piece), std::runtime_error) << threads;
    EXPECT_GE(done, 1U);
    done = 0;
    executor.run(40, piece);
    EXPECT_EQ(done, 40U);
  }
}

class PlanJobsTest : public testing::Test {
 protected:
  CoverCommand cover(double radius) const {
    CoverCommand command;
    command.files.settlements = folder_.write("villages.csv", kVillages);
    command.radius = Metres{radius};
    command.threads = 2;
    return command;
  }
  int run(const CoverCommand& command, bool cancelled = false) {
    return run_cover(
        command, [cancelled] { return cancelled; }, out_.file(), notes_.file());
  }

  ScratchFolder folder_;
  Written out_;
  Written notes_;
};

TEST_F(PlanJobsTest, CoverWritesTheFewestSitesAndWhatIsProven) {
  EXPECT_EQ(run(cover(5'000)), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("\"2\",\"Middle\",13.500000,2.037000,3,600\n"));
  EXPECT_THAT(out_.text(), HasSubstr("\"4\",\"Far\",14.500000,3.000000,1,0\n"));
  EXPECT_THAT(notes_.text(), HasSubstr("2 sites reach everybody; nobody can with fewer than 2 (gap 0.00 %)"));
  EXPECT_THAT(notes_.text(), HasSubstr("4 settlements, 8 pairs within 5.000 km, seed 1, input "));
  EXPECT_THAT(notes_.text(), HasSubstr("villages.csv: row 5: population 'few'"));
}

TEST_F(PlanJobsTest, CoverReachesTheMostPeopleWithGivenSites) {
  CoverCommand command = cover(3'000);
  command.sites = 2;
  EXPECT_EQ(run(command), kDone);
  EXPECT_THAT(notes_.text(), HasSubstr("2 sites reach 500 people (83.33 %); no others reach more than 500 (83.33 %)"));
}

TEST_F(PlanJobsTest, CoverWritesToAFileAndQuotesNames) {
  CoverCommand command = cover(1'000);
  command.output = folder_ / "sites.csv";
  EXPECT_EQ(run(command), kDone);
  std::ifstream file{command.output};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_THAT(text, HasSubstr("\"1\",\"Gona, west\","));
  EXPECT_EQ(out_.text(), "");
  // Whole or not there: who reads the former file while it is replaced reads it to its end.
  std::filesystem::create_hard_link(command.output, folder_ / "former.csv");
  std::ofstream{folder_ / "former.csv", std::ios::trunc} << "former";
  EXPECT_EQ(run(command), kDone);
  std::ifstream former{folder_ / "former.csv"};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{former}, {}}), "former");
  command.output = folder_ / "no/such/folder.csv";
  EXPECT_EQ(run(command), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("cannot be written"));
}

TEST_F(PlanJobsTest, CancelledCoverWritesWhatThereIs) {
  EXPECT_EQ(run(cover(5'000), true), kDoubtful);
  EXPECT_THAT(out_.text(), HasSubstr("\"4\",\"Far\""));
  EXPECT_THAT(notes_.text(), HasSubstr("cancelled"));
}

TEST_F(PlanJobsTest, CoverEndsWhenItsTimeIsOver) {
  CoverCommand command = cover(5'000);
  command.time = std::chrono::nanoseconds{1};
  EXPECT_EQ(run(command), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("\"4\",\"Far\""));
  EXPECT_THAT(notes_.text(), HasSubstr("its time was over, so this is what there was"));
}

TEST_F(PlanJobsTest, CheckOfTerrainTellsTheSquaresAroundSettlementsThatNobodyKnows) {
  CheckTerrain command;
  command.files.settlements = folder_.write("villages.csv", kVillages);
  command.paths = {folder_.write("N13E002.hgt", "torn")};
  command.scratch = folder_.path();
  EXPECT_EQ(run_check(command, out_.file(), notes_.file()), kDoubtful);
  EXPECT_THAT(out_.text(), HasSubstr("N13E002: 100.0 % of the ground within 20 km of settlements is unknown; " +
                                     folder_ / "N13E002.hgt" + " cannot be read\n"));
  EXPECT_THAT(out_.text(), HasSubstr("N14E003: 100.0 % of the ground within 20 km of settlements is unknown\n"));
  EXPECT_THAT(out_.text(), HasSubstr("square degrees with unknown ground around 4 settlements"));
}

TEST_F(PlanJobsTest, CoverSaysWhatItCannotRead) {
  CoverCommand command = cover(5'000);
  command.files.settlements = folder_ / "missing.csv";
  EXPECT_EQ(run(command), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("missing.csv: cannot be opened"));
  command.files.settlements = folder_.write("header.csv", "name,lat,lon\n");
  EXPECT_EQ(run(command), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("no settlement is left to cover"));
}

TEST_F(PlanJobsTest, WhatACheckKeepsIsReadWithoutDoubts) {
  CheckSettlements command;
  command.files.settlements = folder_.write("villages.csv", kVillages);
  command.output = folder_ / "kept.csv";
  EXPECT_EQ(run_check(command, out_.file(), notes_.file()), kDoubtful);
  const CheckSettlements again{{command.output, "", ""}, ""};
  EXPECT_EQ(run_check(again, out_.file(), notes_.file()), kDone) << notes_.text();
  const auto first = read_people(command.files, notes_.file());
  const auto second = read_people(again.files, notes_.file());
  ASSERT_EQ(second->settlements.size(), first->settlements.size());
  for (std::size_t i = 0; i < first->settlements.size(); ++i) {
    EXPECT_EQ(second->settlements[i].id, first->settlements[i].id);
    EXPECT_EQ(second->settlements[i].people, first->settlements[i].people);
    EXPECT_NEAR(second->settlements[i].place.latitude.value(), first->settlements[i].place.latitude.value(), 1e-6);
  }
}

TEST_F(PlanJobsTest, TheProgressFileTellsTheStageAndTheEnd) {
  ProgressFile file{folder_ / "progress"};
  const auto told = [&] {
    std::ifstream in{folder_ / "progress"};
    return *parse_progress(std::string{std::istreambuf_iterator<char>{in}, {}});
  };
  file.at("links", 1, 4);
  file.at("links", 2, 4);
  EXPECT_EQ(told().stage, "links");
  EXPECT_EQ(told().done, 1U) << "not more than once a second";
  EXPECT_TRUE(told().left.has_value());
  file.found(sample_plan());
  EXPECT_EQ(told().best->people_served, 6'000);
  EXPECT_EQ(file.end(3), 3);
  EXPECT_EQ(told().ended, 3);
  EXPECT_EQ(ProgressFile{""}.end(1), 1) << "no file, nothing to write";
  EXPECT_EQ(ProgressFile{folder_ / "no/such"}.end(0), 0) << "a search goes on without it";
}

TEST_F(PlanJobsTest, ChecksTellDoubtsByTheirCode) {
  CheckSettlements settlements;
  settlements.files.settlements = folder_.write("villages.csv", kVillages);
  EXPECT_EQ(run_check(settlements, out_.file(), notes_.file()), kDoubtful);
  EXPECT_THAT(out_.text(), HasSubstr("4 settlements, 600 people; people of 1 unknown; 1 doubts, 0 rows left out"));
  EXPECT_EQ(run_check(CheckTerrain{{folder_ / "N13E002.hgt"}, folder_.path()}, out_.file(), notes_.file()), kDoubtful);
  EXPECT_THAT(out_.text(), HasSubstr("0 tiles, 1 problems"));
}

}  // namespace
}  // namespace karkara::planner
