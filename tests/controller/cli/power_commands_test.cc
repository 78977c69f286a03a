// `karkara power` against a controller and `karkara local power` against an agent: what comes out, how it ends.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/local_run.h"
#include "tests/controller/cli/noc_commands.h"

namespace karkara::cli {
namespace {

void live_in_niamey() {
  ::setenv("TZ", "WAT-1", 1);  // Niamey
  ::tzset();
}

class PowerCommands : public NocCommands {
 protected:
  void SetUp() override {
    live_in_niamey();
    NocCommands::SetUp();
  }
};

TEST_F(PowerCommands, AskTheSite) {
  const Ran forecast = cli({"power", "forecast", "peta-djounga"});
  EXPECT_EQ(forecast.exit, Exit::Ok) << forecast.err;
  EXPECT_EQ(forecast.err, "");
  EXPECT_TRUE(noc_.last_request.has_power());
  expect_golden("power_forecast", forecast.out);
  expect_golden("power_forecast_json", cli({"power", "forecast", "peta-djounga", "-o", "json"}).out);
  expect_golden("power_explain", cli({"power", "explain", "peta-djounga"}).out);
  expect_golden("power_events", cli({"power", "events", "peta-djounga"}).out);
  EXPECT_EQ(cli({"power", "explain", "peta-djounga", "-o", "json"}).out,
            cli({"power", "forecast", "peta-djounga", "-o", "json"}).out);
}

TEST_F(PowerCommands, AskForTheChargersPastDays) {
  const Ran history = cli({"power", "history", "peta-djounga"});
  EXPECT_EQ(history.exit, Exit::Ok) << history.err;
  EXPECT_TRUE(noc_.last_request.has_power_history());
  expect_golden("power_history", history.out);
  expect_golden("power_history_json", cli({"power", "history", "peta-djounga", "-o", "json"}).out);
  noc_.hostile_reply.mutable_power_history();
  const Ran none = cli({"power", "history", "peta-djounga"});
  EXPECT_NE(none.err.find("No charger of this site remembers days"), std::string::npos) << none.err;
}

TEST_F(PowerCommands, TellDirtyPanelsFromHaze) {
  const Ran list = cli({"power", "soiling", "--region", "Tillabéri"});
  EXPECT_EQ(list.exit, Exit::Ok) << list.err;
  EXPECT_EQ(noc_.last_soiling_request.region(), "Tillabéri");
  expect_golden("power_soiling", list.out);
  expect_golden("power_soiling_wide", cli({"power", "soiling", "-o", "wide"}).out);
  expect_golden("power_soiling_json", cli({"power", "soiling", "-o", "json"}).out);
  const Ran unknown = cli({"power", "soiling", "--site", "peta-djunga"});
  EXPECT_EQ(unknown.exit, Exit::NotFound);
  EXPECT_EQ(unknown.err, "karkara: there is no site 'peta-djunga'; did you mean 'peta-djounga'?\n");
}

TEST_F(PowerCommands, ExplainWithoutTheNeighboursWhereTheControllerIsOlder) {
  EXPECT_NE(cli({"power", "explain", "peta-djounga"}).out.find("Clean the panels: about 14%"), std::string::npos);
  noc_.older = true;
  const Ran older = cli({"power", "explain", "peta-djounga"});
  EXPECT_EQ(older.exit, Exit::Ok);
  EXPECT_EQ(older.err, "");
  EXPECT_EQ(older.out.find("Neighbours"), std::string::npos);
}

TEST_F(PowerCommands, EventsAreTheNewestWithinTheLimit) {
  const Ran two = cli({"power", "events", "peta-djounga", "--limit", "2", "-o", "jsonl"});
  EXPECT_EQ(two.exit, Exit::Ok) << two.err;
  EXPECT_EQ(std::count(two.out.begin(), two.out.end(), '\n'), 2);
  EXPECT_NE(two.out.find("\"what\":\"stage\""), std::string::npos) << two.out;
  EXPECT_EQ(two.out.find("\"what\":\"cleaned\""), std::string::npos) << two.out;
  EXPECT_EQ(cli({"power", "events", "peta-djounga", "--limit", "1000"}).out,
            cli({"power", "events", "peta-djounga"}).out);
}

TEST_F(PowerCommands, RefuseALimitThatNobodyMeansBeforeAsking) {
  for (const std::string limit : {"0", "-1", "many", "1000001"}) {
    EXPECT_EQ(cli({"power", "events", "peta-djounga", "--limit=" + limit}).exit, Exit::Usage) << limit;
  }
  EXPECT_FALSE(noc_.last_request.has_power());
}

TEST_F(PowerCommands, ShowSuggestsTheNearestSiteAndVerb) {
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"power", "show", "peta-djunga"}, {"power", "show", "peta-djunga", "--live"}}) {
    const Ran unknown = cli(line);
    EXPECT_EQ(unknown.exit, Exit::NotFound);
    EXPECT_EQ(unknown.out, "");
    EXPECT_EQ(unknown.err, "karkara: there is no site 'peta-djunga'; did you mean 'peta-djounga'?\n");
  }
  EXPECT_EQ(cli({"power", "show"}).exit, Exit::Usage);
  const Ran verb = cli({"power", "forcast", "peta-djounga"});
  EXPECT_EQ(verb.exit, Exit::Usage);
  EXPECT_NE(verb.err.find("did you mean 'forecast'?"), std::string::npos) << verb.err;
  noc_.sites_offline = true;
  const Ran offline = cli({"power", "show", "borgo-darey", "--live"});
  EXPECT_EQ(offline.exit, Exit::SiteOffline);
  EXPECT_EQ(offline.err, "karkara: borgo-darey is offline, last heard 26h ago\n");
}

TEST_F(PowerCommands, EndAsTheOthersDo) {
  for (const std::string verb : {"forecast", "explain", "events", "history"}) {
    const Ran unknown = cli({"power", verb, "peta-djunga"});
    EXPECT_EQ(unknown.exit, Exit::NotFound);
    EXPECT_EQ(unknown.err, "karkara: there is no site 'peta-djunga'; did you mean 'peta-djounga'?\n");
    EXPECT_EQ(cli({"power", verb}).exit, Exit::Usage);
  }
  noc_.sites_offline = true;
  for (const std::string verb : {"forecast", "explain", "events", "history"}) {
    const Ran offline = cli({"power", verb, "borgo-darey"});
    EXPECT_EQ(offline.exit, Exit::SiteOffline);
    EXPECT_EQ(offline.err, "karkara: borgo-darey is offline, last heard 26h ago\n");
  }
}

TEST_F(PowerCommands, ShowThePastOfAnOfflineSiteAsItWasTold) {
  noc_.sites_offline = true;
  noc_.knows_history = true;
  const Ran history = cli({"power", "history", "borgo-darey"});
  EXPECT_EQ(history.exit, Exit::Ok);
  EXPECT_EQ(history.err, "karkara: borgo-darey is offline, last heard 26h ago\n");
  EXPECT_NE(history.out.find("2026-11-16"), std::string::npos) << history.out;
  EXPECT_EQ(history.out.find("Charger "), std::string::npos) << "nobody told its name";
}

TEST_F(PowerCommands, SayThatAnAgentIsTooOldToKnow) {
  noc_.hostile_reply.set_code(3);
  noc_.hostile_reply.set_error("this agent does not know the request (it may be older than the asker)");
  for (const std::string verb : {"forecast", "explain", "events", "history"}) {
    const Ran old = cli({"power", verb, "peta-djounga"});
    EXPECT_EQ(old.exit, Exit::Usage);
    EXPECT_EQ(old.out, "");
    EXPECT_EQ(old.err, "karkara: this agent does not know the request (it may be older than the asker)\n");
  }
  noc_.hostile_reply.Clear();
  noc_.hostile_reply.mutable_done()->set_text("done");
  const Ran other = cli({"power", "events", "peta-djounga"});
  EXPECT_EQ(other.exit, Exit::Failed);
  EXPECT_EQ(other.err, "karkara: the site answered something else: its agent may be of another version\n");
}

TEST(LocalPower, IsOnOnePage) {
  live_in_niamey();
  const FakeAgent agent{socket_path(), sample_answer};
  const Ran page = local({"power"});
  EXPECT_EQ(page.exit, Exit::Ok) << page.err;
  expect_golden("local_power", page.out);
  expect_golden("power_forecast_json", local({"power", "-o", "json"}).out);
}

TEST(LocalPower, ShowsPastDaysAsTheNocDoes) {
  live_in_niamey();
  const FakeAgent agent{socket_path(), sample_answer};
  expect_golden("power_history", local({"history"}).out);
}

TEST(LocalPower, EndsAsTheOthersDoWithoutAnAgent) {
  EXPECT_EQ(local({"power"}).exit, Exit::Failed);
}

}  // namespace
}  // namespace karkara::cli
