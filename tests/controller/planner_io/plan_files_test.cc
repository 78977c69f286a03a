#include <gmock/gmock.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "controller/planner/terrain/formula_terrain.h"
#include "controller/planner_io/cost_file.h"
#include "controller/planner_io/cover_file.h"
#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/search_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/text_file.h"
#include "tests/controller/planner_io/scratch_folder.h"
#include "tests/controller/planner_io/written.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kConfigs = std::string{KARKARA_SOURCE_DIR} + "/configs";

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  text.replace(text.find(what), what.size(), with);
  return text;
}

TEST(RadioFile, ReadsEveryProfileThatShips) {
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::directory_iterator{kConfigs + "/radios"}) {
    const auto radio = read_radio(entry.path().string());
    ASSERT_TRUE(radio.ok()) << radio.error().text;
    EXPECT_EQ(radio->id, entry.path().stem().string());
    EXPECT_GT(radio->origins.size(), 15U);
    ++read;
  }
  EXPECT_GE(read, 7U);
}

TEST(RadioFile, TellsEverythingThatIsWrongWithItsPlace) {
  std::string text = *read_text(kConfigs + "/radios/lte900.yaml");
  text = replaced(text, "frequency: {is: 942MHz", "frequency: {is: 942");
  text = replaced(text, "gain: {is: 9dBi, assumed: \"a usual omni antenna\"}", "gain: {is: 9dBi}");
  text = replaced(text, "noise_figure: {is: 5dB", "noise_figure: {is: 500dB");
  text = replaced(text, "share: {", "shame: {");
  const auto radio = parse_radio("lte.yaml", text);
  ASSERT_FALSE(radio.ok());
  EXPECT_THAT(radio.error().text, HasSubstr("lte.yaml:5:17: frequency: must be a number, 20MHz to 100000MHz"));
  EXPECT_THAT(radio.error().text, HasSubstr("antenna.gain: must say where it is from"));
  EXPECT_THAT(radio.error().text, HasSubstr("noise_figure: is 500dB, must be 0dB to 60dB"));
  EXPECT_THAT(radio.error().text, HasSubstr("share: is missing"));
  EXPECT_THAT(radio.error().text, HasSubstr("shame: is not known here"));
}

TEST(RadioFile, NamesTheModelOfItsLosses) {
  const std::string text = *read_text(kConfigs + "/radios/lte900.yaml");
  EXPECT_EQ(parse_radio("a.yaml", text)->model, LossModel::Itm);
  EXPECT_EQ(parse_radio("a.yaml", replaced(text, "model: itm\n", ""))->model, LossModel::Itm);
  const std::string other = replaced(text, "model: itm", "model: p1812");
  EXPECT_EQ(parse_radio("a.yaml", replaced(other, "time: {is: 90%", "time: {is: 50%"))->model, LossModel::P1812);
  EXPECT_THAT(parse_radio("a.yaml", other).error().text, HasSubstr("time: ITU-R P.1812 knows 1 to 50 %"));
  EXPECT_THAT(parse_radio("a.yaml", replaced(text, "model: itm", "model: hata")).error().text,
              HasSubstr("model: must be itm or p1812"));
}

TEST(CoverFile, ReadsTheTableThatShipsAndTellsWhatIsWrong) {
  const std::string text = *read_text(kConfigs + "/cover/worldcover.yaml");
  const auto heights = parse_cover_heights("cover.yaml", text);
  ASSERT_TRUE(heights.ok()) << heights.error().text;
  EXPECT_EQ(heights->of(10), 6);
  EXPECT_EQ(heights->of(60), 0);
  EXPECT_TRUE(std::isnan(heights->of(61)));
  const auto table = parse_cover_table("cover.yaml", text);
  EXPECT_EQ(table->id, "worldcover");
  EXPECT_EQ(table->origins.size(), 11U);
  EXPECT_THAT(parse_cover_heights("c.yaml", replaced(text, "number: 20", "number: 10")).error().text,
              HasSubstr("c.yaml: class 10: has two heights"));
  EXPECT_THAT(parse_cover_heights("c.yaml", replaced(text, "6m", "600m")).error().text,
              HasSubstr("must be 0m to 150m"));
  EXPECT_FALSE(parse_cover_heights("c.yaml", "id: x\ntitle: y\n").ok());
}

TEST(RadioFile, RefusesARadioThatSendsMoreThanItMay) {
  std::string text = *read_text(kConfigs + "/radios/wifi24.yaml");
  const auto radio = parse_radio("wifi.yaml", replaced(text, "power: {is: 12dBm", "power: {is: 13dBm"));
  ASSERT_FALSE(radio.ok());
  EXPECT_THAT(radio.error().text, HasSubstr("wifi.yaml: wifi24: eirp_limit: sends 21.0 dBm, over its limit of 20.0"));
}

TEST(CostFile, ReadsTheBenchAndKnowsWhatIsAssumed) {
  const auto book = read_costs(kConfigs + "/costs/bench.yaml");
  ASSERT_TRUE(book.ok()) << book.error().text;
  EXPECT_EQ(book->masts.size(), 4U);
  EXPECT_EQ(book->hops.size(), 3U);
  std::size_t assumed = 0;
  for (const Origin& origin : book->origins) {
    EXPECT_FALSE(origin.text.empty());
    assumed += origin.assumed ? 1 : 0;
  }
  EXPECT_GT(assumed, 5U);
  EXPECT_LT(assumed, book->origins.size());
}

TEST(CostFile, RefusesPricesWithoutAnOriginAndTwoOfThem) {
  const std::string text = *read_text(kConfigs + "/costs/bench.yaml");
  const auto both = parse_costs("c.yaml", replaced(text, "is: 4800, assumed:", "is: 4800, source: \"x\", assumed:"));
  EXPECT_THAT(both.error().text, HasSubstr("vsat.opex: must say where it is from"));
  const auto negative = parse_costs("c.yaml", replaced(text, "is: 4800", "is: -4800"));
  EXPECT_THAT(negative.error().text, HasSubstr("vsat.opex: is -4800, must be 0 to"));
  const auto twice = parse_costs("c.yaml", text + "currency: XOF\n");
  EXPECT_THAT(twice.error().text, HasSubstr("currency: stands here twice"));
  const auto two = parse_costs("c.yaml", replaced(text, "is: 4800", "is: 4800, is: 1"));
  EXPECT_THAT(two.error().text, HasSubstr("vsat.opex.is: stands here twice"));
  EXPECT_FALSE(parse_costs("c.yaml", "[]").ok());
  EXPECT_FALSE(parse_costs("c.yaml", "").ok());
}

TEST(CostFile, TellsWhatWaysOutCarryWhereItKnows) {
  const std::string text = *read_text(kConfigs + "/costs/bench.yaml");
  const auto untold = parse_costs("c.yaml", text);
  EXPECT_EQ(untold->vsat.rate.value() + untold->sim.rate.value() + untold->gateway_rate.value(), 0);
  const std::string told =
      replaced(replaced(text, "vsat:\n", "vsat:\n  rate: {is: 20Mbit, assumed: \"a plan of 20\"}\n"), "sim:\n",
               "sim:\n  rate: {is: 8Mbit, source: \"measured\"}\n") +
      "gateway:\n  rate: {is: 100Mbit, source: \"a contract\"}\n";
  const auto book = parse_costs("c.yaml", told);
  ASSERT_TRUE(book.ok()) << book.error().text;
  EXPECT_EQ(book->vsat.rate, BitsPerSecond{20e6});
  EXPECT_EQ(book->sim.rate, BitsPerSecond{8e6});
  EXPECT_EQ(book->gateway_rate, BitsPerSecond{100e6});
  EXPECT_EQ(book->origins.size(), untold->origins.size() + 3);
  EXPECT_THAT(parse_costs("c.yaml", replaced(told, "is: 20Mbit, assumed: \"a plan of 20\"", "is: 20Mbit")).error().text,
              HasSubstr("vsat.rate: must say where it is from"));
  EXPECT_THAT(parse_costs("c.yaml", replaced(told, "is: 8Mbit", "is: 0Mbit")).error().text,
              HasSubstr("sim.rate: is 0"));
}

Plan sample() {
  Plan plan;
  plan.currency = "USD";
  plan.target = "share 95%";
  plan.years = 10;
  plan.discount = 0.08;
  plan.seed = 3;
  plan.input_hash = 0xFFFF'FFFF'FFFF'FFFFU;
  plan.bound = 1'000;
  plan.gap = 1.0 / 3;
  plan.marks = {"a\tb\nc % d", ""};
  PlanSite root;
  root.id = "1";
  root.name = "Gona\t\"west\"";
  root.place = {Degrees{13.1}, Degrees{-2.000000001}};
  root.mast = Metres{30};
  root.mast_cost = {100, 10, 167};
  root.people = 120;
  root.settlements = 1;
  PlanSite child = root;
  child.id = "";
  child.role = SiteRole::Relay;
  child.backhaul = BackhaulKind::Hop;
  child.hop = {0, "hop58", Metres{12'345.678}, 1.25, 0.75, Percent{99.95}, BitsPerSecond{4e7}};
  child.unproven = true;
  plan.sites = {child, root};
  plan.sites[0].hop.parent = 1;
  PlanSettlement served;
  served.id = "é";
  served.people = 0;
  served.server = PlanServer{1, Metres{10}, Db{3.25}, BitsPerSecond{1e6}};
  served.second = PlanServer{1, Metres{11}, Db{1}, BitsPerSecond{1e5}};
  PlanSettlement left;
  left.id = "-";
  left.why = WhyUnserved::Obstructed;
  left.nearest_site = 0;
  left.missing = Db{7};
  left.obstruction = Place{Degrees{13}, Degrees{2}};
  left.height_needed = Metres{77};
  plan.settlements = {served, left};
  plan.totals = totals_of(plan);
  return plan;
}

TEST(PlanFile, GivesBackThePlanThatWasWritten) {
  const ScratchFolder folder;
  const Plan plan = sample();
  ASSERT_TRUE(write_plan(plan, folder / "plan.txt").ok());
  const auto back = read_plan(folder / "plan.txt");
  ASSERT_TRUE(back.ok()) << back.error().text;
  EXPECT_TRUE(*back == plan);
  EXPECT_EQ(to_text(*back), to_text(plan));
  EXPECT_FALSE(std::filesystem::exists(folder / "plan.txt.new"));
  EXPECT_FALSE(write_plan(plan, folder / "no/such/plan.txt").ok());
}

TEST(PlanFile, RefusesWhatIsTornOrPointsNowhere) {
  const std::string text = to_text(sample());
  for (std::size_t length = 0; length < text.size(); length += 7) {
    EXPECT_FALSE(parse_plan(text.substr(0, length)).ok()) << length;
  }
  EXPECT_THAT(parse_plan("karkara-plan 2\n").error().text, HasSubstr("line 1"));
  EXPECT_THAT(parse_plan(replaced(text, "years\t10", "years\tten")).error().text, HasSubstr("line 4"));
  EXPECT_THAT(parse_plan(text + "seed\t1\n").error().text, HasSubstr("behind the end"));
  Plan circle = sample();
  circle.sites[1].backhaul = BackhaulKind::Hop;
  circle.sites[1].hop = circle.sites[0].hop;
  circle.sites[1].hop.parent = 0;
  EXPECT_THAT(parse_plan(to_text(circle)).error().text, HasSubstr("circle"));
  Plan astray = sample();
  astray.settlements[0].server->site = 9;
  EXPECT_FALSE(parse_plan(to_text(astray)).ok());
  Plan far = sample();
  far.sites[0].hop.parent = 9;
  EXPECT_FALSE(parse_plan(to_text(far)).ok());
}

TEST(PlanFile, TellsWhatSitesCarryWhereThatWasAsked) {
  Plan plan = sample();
  plan.loads = {{BitsPerSecond{0}, 0, BitsPerSecond{1.5e6}, BitsPerSecond{4e7}, 1},
                {BitsPerSecond{1.5e6}, 1.25, BitsPerSecond{1.5e6}, BitsPerSecond{0}, 3}};
  const std::string text = to_text(plan);
  EXPECT_THAT(text, HasSubstr("\nload\t1\t1500000\t1.25\t1500000\t0\t3\n"));
  const auto back = parse_plan(text);
  ASSERT_TRUE(back.ok()) << back.error().text;
  EXPECT_TRUE(*back == plan);
  for (const auto& [what, with] : {std::pair{"load\t1\t", "load\t0\t"},
                                   {"load\t1\t", "load\t2\t"},
                                   {"\t0\t3\n", "\t0\t0\n"},
                                   {"\t1500000\t1.25\t", "\t1500000\tnan\t"},
                                   {"\t1500000\t1.25\t", "\t1500000\t-1\t"},
                                   {"load\t1\t1500000\t1.25\t1500000\t0\t3\n", ""}}) {
    EXPECT_FALSE(parse_plan(replaced(text, what, with)).ok()) << what << with;
  }
}

TEST(PlanFile, RefusesCostsThatSumsCouldNotHold) {
  const std::string text = to_text(sample());
  EXPECT_TRUE(parse_plan(replaced(text, "\t100\t10\t167", "\t1000000000000\t10\t167")).ok());
  EXPECT_FALSE(parse_plan(replaced(text, "\t100\t10\t167", "\t1000000000001\t10\t167")).ok());
}

// A square degree of flat ground, 300 m high, as a tile of three arc-seconds.
std::string flat_tile() {
  std::string bytes;
  for (std::size_t i = 0; i < std::size_t{1201} * 1201; ++i) {
    bytes += {'\x01', '\x2C'};
  }
  return bytes;
}

class SearchJobsTest : public testing::Test {
 protected:
  // Cancelled once it was asked so often.
  int run(const SearchCommand& command, std::size_t cancelled_after = SIZE_MAX) {
    const auto asked = std::make_shared<std::atomic<std::size_t>>(0);
    return job_of(command).run(
        {[asked, cancelled_after] { return ++*asked > cancelled_after; }, out_.file(), notes_.file()});
  }
  PlanSources sources() const {
    PlanSources sources;
    sources.terrain = {folder_.write("N13E002.hgt", flat_tile())};
    sources.scratch = folder_.path();
    sources.access = kConfigs + "/radios/lte900.yaml";
    sources.backhaul = {kConfigs + "/radios/hop58.yaml"};
    sources.costs = kConfigs + "/costs/bench.yaml";
    sources.relays = false;
    return sources;
  }
  RunCommand village_run() const {
    RunCommand command;
    command.settlements =
        folder_.write("villages.csv",
                      "osm_id,name,lat,lon,population\n1,Gona,13.50,2.10,900\n2,Middle,13.50,2.13,400\n"
                      "3,East,13.50,2.30,300\n4,Outside,14.50,3.00,300\n");
    command.files = sources();
    command.threads = 2;
    command.output = folder_ / "plan.txt";
    return command;
  }

  ScratchFolder folder_;
  Written out_;
  Written notes_;
};

TEST_F(SearchJobsTest, PlanShowAndExplain) {
  ASSERT_EQ(run(village_run()), kDone) << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("3 of 4 served"));
  EXPECT_THAT(out_.text(), HasSubstr("no plan costs less than"));
  EXPECT_THAT(out_.text(), HasSubstr("with these radios' hops as the table has them"));
  ASSERT_EQ(run(ExplainCommand{folder_ / "plan.txt", "East"}), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("served by East (3)"));
  EXPECT_THAT(out_.text(), HasSubstr("way out"));
  ASSERT_EQ(run(ExplainCommand{folder_ / "plan.txt", "4"}), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("unserved  nobody knows the ground between"));
  EXPECT_EQ(run(ExplainCommand{folder_ / "plan.txt", "Nowhere"}), kFailed);
  EXPECT_EQ(run(ShowCommand{folder_ / "missing.txt"}), kFailed);
}

// Ended while files are read or links looked at: no plan, and a code by which the controller begins it again.
TEST_F(SearchJobsTest, EndsInItsFirstStagesWithoutAPlan) {
  RunCommand command = village_run();
  command.files.relays = true;
  command.progress = folder_ / "progress";
  EXPECT_EQ(run(command, 0), kDoubtful);
  EXPECT_THAT(notes_.text(), HasSubstr("the search was ended while its files were read: there is no plan yet"));
  EXPECT_FALSE(std::filesystem::exists(command.output));
  for (std::size_t calls = 1; notes_.text().find("before all links were looked at") == std::string::npos;
       calls += calls / 2 + 1) {
    ASSERT_EQ(run(command, calls), kDoubtful) << calls;
    ASSERT_FALSE(std::filesystem::exists(command.output)) << calls;
  }
  EXPECT_THAT(notes_.text(), HasSubstr("terrain: 1 pieces"));
  EXPECT_THAT(notes_.text(), HasSubstr("high ground: "));
  EXPECT_THAT(notes_.text(), HasSubstr("access links: "));
}

// No signal ended it: it is not begun again.
TEST_F(SearchJobsTest, FailsWhenItsTimeIsOverBeforeItHasAPlan) {
  RunCommand command = village_run();
  command.time = std::chrono::nanoseconds{1};
  EXPECT_EQ(run(command), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("there is no plan yet"));
  EXPECT_FALSE(std::filesystem::exists(command.output));
}

TEST_F(SearchJobsTest, TellsWhatTheModelWarnsOf) {
  Plan plan = sample();
  plan.settlements[0].doubts = {"the path is short", "a second one\x1b[2J"};
  ASSERT_TRUE(write_plan(plan, folder_ / "plan.txt").ok());
  EXPECT_EQ(read_plan(folder_ / "plan.txt")->settlements[0].doubts, plan.settlements[0].doubts);
  ASSERT_EQ(run(ExplainCommand{folder_ / "plan.txt", "é"}), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("note      the model warns: the path is short\n"));
  EXPECT_THAT(out_.text(), Not(HasSubstr("\x1b")));
  const std::string text = to_text(plan);
  EXPECT_THAT(parse_plan(replaced(text, "doubt\t0\t", "doubt\t99\t")).error().text, HasSubstr("is not known"));
  LinkCommand link;
  link.files = sources();
  link.from = "13.50, 2.10";
  link.to = "13.50, 2.112";
  link.from_mast = Metres{300};
  link.to_mast = Metres{30};
  ASSERT_EQ(run(link), kDone) << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("the model warns: the path is short for the difference of the antennas' heights"));
}

TEST_F(SearchJobsTest, NamesCannotSteerTheTerminal) {
  Plan plan = sample();
  plan.settlements[0].name = "Go\x1b[2Jna\nproven    nothing";
  plan.sites[1].name = "\x1b]0;x\x07";
  plan.target = plan.currency = "\x1b[31m";
  plan.marks = {"\x1b[0m\nnote"};
  ASSERT_TRUE(write_plan(plan, folder_ / "plan.txt").ok());
  ASSERT_EQ(run(ShowCommand{folder_ / "plan.txt"}), kDone);
  ASSERT_EQ(run(ExplainCommand{folder_ / "plan.txt", "é"}), kDone);
  EXPECT_THAT(out_.text(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(out_.text(), HasSubstr("na proven    nothing (é)"));
}

TEST_F(SearchJobsTest, GoesOnFromAPlanThatItLeft) {
  RunCommand command = village_run();
  ASSERT_EQ(run(command), kDone) << notes_.text();
  const Plan before = *read_plan(command.output);
  command.from = command.output;
  ASSERT_EQ(run(command), kDone) << notes_.text();
  EXPECT_THAT(notes_.text(), HasSubstr("goes on from a plan of " + std::to_string(before.sites.size()) +
                                       " sites, which rests on the same"));
  EXPECT_LE(read_plan(command.output)->totals.cost.npv, before.totals.cost.npv);
  command.from = folder_.write("torn.txt", "karkara-plan 1\nseed\t1\n");
  command.output = folder_ / "other.txt";
  EXPECT_EQ(run(command), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("torn.txt: the end of the plan is missing"));
  EXPECT_FALSE(std::filesystem::exists(command.output));
}

TEST_F(SearchJobsTest, ShowsTheBusyHour) {
  RunCommand command = village_run();
  command.busy_kbit_per_person = 2;
  ASSERT_EQ(run(command), kDone) << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("busy hour 3.2 Mbit/s to 3 places; 0 radios and 0 ways out overloaded"));
  ASSERT_EQ(run(ExplainCommand{command.output, "East"}), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("busy hour East (3): 0.6 Mbit/s"));
}

TEST_F(SearchJobsTest, SaysWhichFileIsWrong) {
  RunCommand command = village_run();
  command.files.costs = folder_.write("prices.yaml", "id: x\n");
  EXPECT_EQ(run(command), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("prices.yaml:1:1: currency: is missing"));
  command = village_run();
  command.files.terrain = {folder_ / "none"};
  EXPECT_EQ(run(command), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("no terrain could be read"));
  command = village_run();
  command.fixed = {"1"};
  command.forbidden = {"1"};
  EXPECT_EQ(run(command), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("must get a mast and must not get one"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "plan.txt"));
}

TEST_F(SearchJobsTest, JudgesOneLink) {
  LinkCommand command;
  command.settlements = village_run().settlements;
  command.files = sources();
  command.from = "Gona";
  command.to = "13.50, 2.30";
  command.from_mast = command.to_mast = Metres{60};
  ASSERT_EQ(run(command), kDone) << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("21.6"));
  EXPECT_THAT(out_.text(), HasSubstr("lte900: loss"));
  EXPECT_THAT(out_.text(), HasSubstr("hop58: margin"));
  EXPECT_THAT(out_.text(), Not(HasSubstr("unproven")));
  command.to = "Nowhere";
  EXPECT_EQ(run(command), kFailed);
}

TEST(SearchOptions, ReadTargetsTimesAndSizes) {
  EXPECT_EQ(parse_target("everybody")->kind, TargetKind::Everybody);
  EXPECT_EQ(parse_target("eligible")->kind, TargetKind::Eligible);
  EXPECT_NEAR(parse_target("95.5%")->share, 0.955, 1e-12);
  EXPECT_EQ(parse_target("budget:20000000")->budget, 20'000'000);
  for (const char* text : {"", "95", "0%", "101%", "budget:", "budget:0", "budget:-1", "budget:1e99", "nan%", "all"}) {
    EXPECT_FALSE(parse_target(text).ok()) << text;
  }
  EXPECT_EQ(parse_time("90s")->count(), 90);
  EXPECT_EQ(parse_time("10min")->count(), 600);
  EXPECT_EQ(parse_time("2h")->count(), 7'200);
  EXPECT_FALSE(parse_time("10").ok());
  EXPECT_FALSE(parse_time("-1s").ok());
  EXPECT_EQ(*parse_sizes("250-2500"), std::pair(std::int64_t{250}, std::int64_t{2'500}));
  for (const char* text : {"250", "2500-250", "-5", "a-b", "1-2x"}) {
    EXPECT_FALSE(parse_sizes(text).ok()) << text;
  }
}

TEST(SearchOptions, AskForWhatTheWordsSay) {
  const auto code = [](std::vector<const char*> words) {
    words.insert(words.begin(), "karkara-plan");
    const auto what = parse_plan_options(static_cast<int>(words.size()), words.data()).what;
    const auto* text = std::get_if<PrintAndEnd>(&what);
    return text == nullptr ? -1 : text->code;
  };
  EXPECT_EQ(code({"show", "plan.txt"}), -1);
  EXPECT_EQ(code({"explain", "plan.txt", "Gona"}), -1);
  EXPECT_EQ(code({"link", "13,2", "14,3", "--terrain", "x", "--access", "y"}), -1);
  EXPECT_EQ(code({"run", "--settlements", "a", "--terrain", "b", "--access", "c", "--costs", "d", "-o", "e"}), -1);
  EXPECT_EQ(code({"run", "--help"}), 0);
  EXPECT_EQ(code({"run", "--settlements", "a"}), 2);
  EXPECT_EQ(code({"run", "--settlements", "a", "--terrain", "b", "--access", "c", "--costs", "d", "-o", "e", "--target",
                  "most"}),
            2);
}

TEST(PlanInputs, ForeignSwappedAndTornRowsAreToldAndLeftOutOrPutRight) {
  const ScratchFolder folder;
  PlanSources files;
  files.access = kConfigs + "/radios/lte900.yaml";
  files.costs = kConfigs + "/costs/bench.yaml";
  files.country = folder.write("country.geojson", R"({"type":"Feature","properties":{},
    "geometry":{"type":"Polygon","coordinates":[[[1,12],[5,12],[5,15],[1,15],[1,12]]]}})");
  files.masts = folder.write("masts.csv", "id,lat,lon,height\nturned,2.1,13.9,60\nforeign,48,2.1,60\ntorn,13\n");
  files.fleet = folder.write("fleet.csv", "id,latitude,longitude\nours,13.5,2.1\nlost,-13.5,2.1\n");
  files.operators = folder.write("claims.csv", "operator,lat,lon,range_m\nMoov,48,2.1,9000\nMoov,13.5,2.1,9000\n");
  files.relays = false;
  SerialExecutor executor;
  std::string told;
  const Tell tell = [&](const std::string& line) { told += line + "\n"; };
  Settlement gona;
  gona.id = "1";
  gona.place = {Degrees{13.5}, Degrees{2.1}};
  const auto input = gather({gona}, files, FormulaTerrain{{}}, executor, tell);
  ASSERT_TRUE(input.ok()) << input.error().text;
  ASSERT_EQ(input->masts.size(), 2U);
  EXPECT_EQ(input->masts[0].place, (Place{Degrees{13.9}, Degrees{2.1}}));
  EXPECT_EQ(input->masts[1].id, "ours");
  EXPECT_EQ(input->sim, std::vector<char>{1});
  for (const char* line :
       {"masts.csv: row 2: latitude and longitude are exchanged", "masts.csv: row 3: 48.00000, 2.10000 lies outside",
        "masts.csv: line 4: 2 fields, the header has 4", "fleet.csv: row 3: -13.50000, 2.10000 lies outside",
        "claims.csv: row 2: 48.00000, 2.10000 lies outside the country; left out"}) {
    EXPECT_THAT(told, HasSubstr(line));
  }
  files.country = folder / "none.geojson";
  EXPECT_THAT(gather({gona}, files, FormulaTerrain{{}}, executor, tell).error().text, HasSubstr("none.geojson"));
}

TEST(PlanInputs, SitesOfTheFleetAreMastsAndThoseThatLeadOutTakeHops) {
  const ScratchFolder folder;
  PlanSources files;
  files.access = kConfigs + "/radios/lte900.yaml";
  files.costs = kConfigs + "/costs/bench.yaml";
  files.masts = folder.write("masts.csv", "id,name,lat,lon,height\nm,M,13.9,2.1,60\n");
  files.fleet = folder.write("fleet.csv",
                             "id,name,latitude,longitude,height_m,operator,technology\n"
                             "a,A,13.5,2.1,,karkara,gateway\nb,B,13.6,2.1,20,karkara,mesh\n");
  files.masts_are_operators = true;
  files.relays = false;
  SerialExecutor executor;
  const FormulaTerrain ground{{}};
  const auto input = gather({}, files, ground, executor, [](const std::string&) {});
  ASSERT_TRUE(input.ok()) << input.error().text;
  ASSERT_EQ(input->masts.size(), 3U);
  EXPECT_FALSE(input->masts[0].gateway);
  EXPECT_TRUE(input->masts[0].operates);
  EXPECT_EQ(input->masts[1].id, "a");
  EXPECT_TRUE(input->masts[1].gateway);
  EXPECT_FALSE(input->masts[1].operates);
  EXPECT_EQ(input->masts[1].height, Metres{30});
  EXPECT_FALSE(input->masts[2].gateway);
  EXPECT_EQ(input->masts[2].height, Metres{20});
  EXPECT_THAT(input->marks, testing::ElementsAre("1 standing masts have no known height: it is assumed"));
  // A surveyed mast within 100 m is the same one; else the option counts.
  files.masts = folder.write("masts.csv", "id,name,lat,lon,height\nm,M,13.5004,2.1,48\n");
  EXPECT_EQ(gather({}, files, ground, executor, [](const std::string&) {})->masts[1].height, Metres{48});
  files.masts.clear();
  files.mast_height = Metres{24};
  std::string told;
  const auto assumed = gather({}, files, ground, executor, [&](const std::string& line) { told += line; });
  EXPECT_EQ(assumed->masts[0].height, Metres{24});
  EXPECT_THAT(told, HasSubstr("fleet.csv: the height of 1 masts is assumed, 24 m"));
}

}  // namespace
}  // namespace karkara::planner
