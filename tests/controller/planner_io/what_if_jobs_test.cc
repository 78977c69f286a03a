// The jobs around a plan that was changed by hand, lost its towers, or is looked at: the whole way from the words.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/table_files.h"
#include "controller/planner_io/text_file.h"
#include "tests/controller/planner_io/sample_plan.h"
#include "tests/controller/planner_io/scratch_folder.h"
#include "tests/controller/planner_io/small_geotiff.h"
#include "tests/controller/planner_io/written.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;
using testing::Not;

// Three villages on flat ground; the eastern one lies near two operators' towers.
class WhatIfJobs : public testing::Test {
 protected:
  int run(std::vector<std::string> words) {
    std::vector<const char*> argv{"karkara-plan"};
    for (const std::string& word : words) {
      argv.push_back(word.c_str());
    }
    const PlanCommand command = parse_plan_options(static_cast<int>(argv.size()), argv.data());
    const auto* job = std::get_if<ChosenJob>(&command.what);
    if (job == nullptr) {
      ADD_FAILURE() << std::get<PrintAndEnd>(command.what).text;
      return -1;
    }
    said_ = out_.text().size();
    told_ = notes_.text().size();
    return job->run({[] { return false; }, out_.file(), notes_.file()});
  }
  // With what the plan was made with.
  int run_with_files(std::vector<std::string> words) {
    for (const std::string& word : files()) {
      words.push_back(word);
    }
    return run(std::move(words));
  }
  std::vector<std::string> files() const {
    const std::string configs = std::string{KARKARA_SOURCE_DIR} + "/configs";
    return {"--settlements", villages(),
            "--terrain",     ground(),
            "--access",      configs + "/radios/lte900.yaml",
            "--costs",       configs + "/costs/bench.yaml",
            "--operators",   towers(),
            "--no-relays"};
  }
  std::string villages() const {
    return folder_.write("villages.csv",
                         "osm_id,name,lat,lon,population\n1,Gona,13.50,2.10,900\n2,Middle,13.50,2.13,400\n"
                         "3,East,13.50,2.40,300\n");
  }
  std::string towers() const {
    return folder_.write("towers.csv",
                         "id,operator,latitude,longitude,range_km\nT1,Zamani,13.52,2.40,5\nT2,Sahel,13.54,2.42,10\n");
  }
  std::string ground() const {
    const std::vector<std::vector<std::int16_t>> rows(60, std::vector<std::int16_t>(80, 300));
    return folder_.write("flat.tif", SmallGeotiff::bytes(rows, 13.8, 1.9, 0.01));
  }
  std::string plan() {
    const std::string path = folder_ / "plan.txt";
    EXPECT_EQ(run_with_files({"run", "-o", path, "--threads", "2"}), kDone) << notes_.text();
    return path;
  }
  // Of the last run.
  [[nodiscard]] std::string said() const { return out_.text().substr(said_); }
  [[nodiscard]] std::string told() const { return notes_.text().substr(told_); }

  ScratchFolder folder_;
  Written out_;
  Written notes_;
  std::size_t said_ = 0;
  std::size_t told_ = 0;
};

TEST_F(WhatIfJobs, TellWhoseTowerASiteRestsOnAndWhatItsLossCosts) {
  const std::string file = plan();
  ASSERT_EQ(run({"explain", file, "East"}), kDone);
  EXPECT_THAT(said(), HasSubstr("network   Zamani's tower T1, 2.2 km away\nelse      Sahel's tower T2, 4.9 km away"));
  ASSERT_EQ(run({"export", file, "-o", folder_ / "sites.csv"}), kDone);
  const auto sites = read_table(folder_ / "sites.csv");
  const auto column = std::find(sites->columns.begin(), sites->columns.end(), "sim_tower") - sites->columns.begin();
  EXPECT_EQ(sites->rows.back().fields[static_cast<std::size_t>(column)], "T1");
  EXPECT_EQ(run({"loss", file}), kFailed);
  ASSERT_EQ(run({"loss", file, "--tower", "T1"}), kDone) << told();
  EXPECT_THAT(said(), HasSubstr("1 buy another network now; 0 find none"));
  EXPECT_THAT(said(), HasSubstr("from Zamani's tower T1, 2.2 km away to Sahel's tower T2, 4.9 km away"));
  EXPECT_THAT(said(), HasSubstr("0 people in 0 settlements are served by nobody"));
  ASSERT_EQ(run({"loss", file, "--tower", "T1", "--operator", "Sahel"}), kDone);
  EXPECT_THAT(said(), HasSubstr("a hop or a satellite is needed"));
  EXPECT_THAT(said(), HasSubstr("300 people in 1 settlements are served by nobody"));
  EXPECT_EQ(run({"loss", file, "--tower", "T3"}), kFailed);
  EXPECT_THAT(told(), HasSubstr("no site of the plan rests on a tower 'T3'"));
  ASSERT_EQ(run_with_files({"what-if", file, "--lose-tower", "T1", "--lose-operator", "Sahel"}), kDone) << told();
  EXPECT_THAT(said(), HasSubstr("site 3: way out sim of Zamani's tower T1, 2.2 km away -> vsat"));
  EXPECT_THAT(said(), HasSubstr("0 gained, 0 lost, 0 served otherwise"));
}

TEST_F(WhatIfJobs, CompareAndWriteThePlanThatComesOfIt) {
  const std::string file = plan();
  const std::string after = folder_ / "after.txt";
  ASSERT_EQ(run_with_files({"what-if", file, "--drop", "East", "--add", "13.5,2.38=60m", "-o", after, "--differences",
                            folder_ / "differences.csv"}),
            kDone)
      << told();
  EXPECT_THAT(said(), Not(HasSubstr("are not those of the plan")));
  EXPECT_THAT(said(), HasSubstr("1 served otherwise"));
  EXPECT_THAT(said(), HasSubstr("settlement 3, 300 people: 3 -> added 1"));
  const auto read = read_plan(after);
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_EQ(read->sites.back().id, "added 1");
  EXPECT_EQ(read->sites.back().mast, Metres{60});
  const auto rows = read_table(folder_ / "differences.csv");
  ASSERT_TRUE(rows.ok());
  EXPECT_GE(rows->rows.size(), 3U);
  ASSERT_EQ(run({"show", after}), kDone);
  EXPECT_THAT(said(), HasSubstr("or the plan was changed by hand"));
  ASSERT_EQ(run_with_files({"what-if", file, "--raise", "East=60m", "--site-people", "50"}), kDone);
  EXPECT_THAT(said(), HasSubstr("are not those of the plan"));
}

TEST_F(WhatIfJobs, RefuseWordsThatNameNothing) {
  const std::string file = plan();
  const auto refused = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"what-if", file, "-o", folder_ / "never.txt"});
    EXPECT_EQ(run_with_files(words), kFailed);
    return told();
  };
  EXPECT_THAT(refused({}), HasSubstr("nothing is asked"));
  EXPECT_THAT(refused({"--raise", "Est=60m"}), HasSubstr("did you mean 'East'?"));
  EXPECT_THAT(refused({"--raise", "East=61m"}), HasSubstr("has no price"));
  EXPECT_THAT(refused({"--move", "East=20,20"}), HasSubstr("nobody knows the ground at 20.00000,20.00000"));
  EXPECT_THAT(refused({"--lose-operator", "Zaman"}), HasSubstr("did you mean 'Zamani'?"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "never.txt"));
}

TEST_F(WhatIfJobs, TheCurveIsShownAndExported) {
  const std::string file = plan();
  ASSERT_EQ(run({"show", file}), kDone);
  EXPECT_THAT(said(), HasSubstr("curve "));
  EXPECT_THAT(said(), HasSubstr("\n              100%"));
  EXPECT_THAT(said(), Not(HasSubstr("tail")));  // the last step takes it all
  ASSERT_TRUE(write_plan(sample_plan(), folder_ / "sample.txt").ok());
  ASSERT_EQ(run({"show", folder_ / "sample.txt"}), kDone);
  EXPECT_THAT(said(), HasSubstr("98% is never reached"));  // it leaves 300 out
  EXPECT_THAT(said(), HasSubstr("tail      the last 1.67 % of those who are served take 34.68 % of the cost"));
  ASSERT_EQ(run({"phase", file, "--budget", "1000000"}), kDone);
  EXPECT_THAT(said(), HasSubstr("curve "));
  ASSERT_EQ(run({"export", file, "--table", "curve", "-o", folder_ / "curve.csv"}), kDone);
  const auto rows = read_table(folder_ / "curve.csv");
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->rows.size(), 2U);
  EXPECT_EQ(rows->rows[0].fields[1], "1300");
  EXPECT_EQ(rows->rows[1].fields[2], "100.0000");
  ASSERT_EQ(run({"export", file, "--table", "curve", "-o", folder_ / "curve.json"}), kDone);
  const auto json = nlohmann::json::parse(*read_text(folder_ / "curve.json"));
  EXPECT_EQ(json["people"], 1'600);
  EXPECT_EQ(json["curve"][1]["npv"], read_plan(file)->totals.cost.npv);
  EXPECT_EQ(run({"export", file, "--table", "curve", "-o", folder_ / "curve.kml"}), kFailed);
}

TEST_F(WhatIfJobs, WhereTellsWhoIsServedWhoIsNotAndWhy) {
  const std::string radio = std::string{KARKARA_SOURCE_DIR} + "/configs/radios/lte900.yaml";
  ASSERT_EQ(run({"where", "--settlements", villages(), "--radio", radio, "--terrain", ground(), "--mast", "60m",
                 "--mast", "15m", "--high-ground", "--answers", "2", "-o", folder_ / "near.csv"}),
            kDone)
      << told();
  EXPECT_THAT(said(), HasSubstr("a mast of 60 m: 1300 people in 2 settlements"));
  EXPECT_THAT(said(), HasSubstr("   at 15 m: "));
  EXPECT_THAT(said(), HasSubstr("   + Gona (1), 900 people, 0.0 km: "));
  EXPECT_THAT(said(), HasSubstr(" dB to spare, served from 15 m\n"));
  const auto rows = read_table(folder_ / "near.csv");
  ASSERT_TRUE(rows.ok()) << rows.error().text;
  EXPECT_GE(rows->rows.size(), 4U);
  EXPECT_EQ(run({"where", "--settlements", villages(), "--radio", radio, "--terrain", ground(), "--mast",
                 "1m",    "--mast",        "2m",       "--mast",  "3m",  "--mast",    "4m",     "--mast",
                 "5m",    "--mast",        "6m",       "--mast",  "7m"}),
            kFailed);
}

}  // namespace
}  // namespace karkara::planner
