// Commands against a controller that behaves, over real mutual TLS: what comes out, and with which exit code.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>

#include "common/host/config_reader.h"
#include "common/host/config_writer.h"
#include "tests/controller/cli/cli_run.h"
#include "tests/controller/cli/fake_noc.h"
#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

std::filesystem::path write_context(const v1::OperatorContext& context, const std::string& name) {
  const auto path = scratch_folder() / name;
  std::ofstream{path} << write_config(context);
  ::chmod(path.c_str(), 0600);
  return path;
}

class Commands : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    environment_ = {{"KARKARA_CONTEXT", write_context(context_for(noc_.endpoint()), "context.yaml")},
                    {"XDG_CACHE_HOME", scratch_folder() / "cache"}};
  }
  void TearDown() override { std::filesystem::remove_all(scratch_folder() / "cache"); }
  Ran cli(const std::vector<std::string>& arguments) { return run_cli(arguments, environment_); }

  FakeNoc noc_;
  std::map<std::string, std::string, std::less<>> environment_;
};

TEST_F(Commands, ListSitesAsTheGoldenSays) {
  const Ran ran = cli({"site", "list"});
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  EXPECT_EQ(ran.err, "");
  expect_golden("site_list", ran.out);
  expect_golden("site_list_json", cli({"site", "list", "-o", "json"}).out);
}

TEST_F(Commands, AskForRegionAndStates) {
  EXPECT_EQ(cli({"site", "list", "--region", "Tillabéri", "--state", "up,unreachable"}).exit, Exit::Ok);
  EXPECT_EQ(noc_.last_list_request.region(), "Tillabéri");
  ASSERT_EQ(noc_.last_list_request.states_size(), 2);
  EXPECT_EQ(noc_.last_list_request.states(0), v1::SITE_STATE_UP);
  EXPECT_EQ(noc_.last_list_request.states(1), v1::SITE_STATE_UNREACHABLE);
}

TEST_F(Commands, ColourOnlyATerminalUnlessForced) {
  const std::vector<std::string> line{"site", "list"};
  EXPECT_EQ(run_cli(line, environment_).out.find('\x1b'), std::string::npos);
  EXPECT_NE(run_cli(line, environment_, {200, 50}).out.find("\x1b[32mup"), std::string::npos);
  auto plain = environment_;
  plain["NO_COLOR"] = "1";
  EXPECT_EQ(run_cli(line, plain, {200, 50}).out.find('\x1b'), std::string::npos);
  auto forced = environment_;
  forced["CLICOLOR_FORCE"] = "1";
  EXPECT_NE(run_cli(line, forced).out.find("\x1b[32mup"), std::string::npos);
}

TEST_F(Commands, ShowOneSite) {
  const Ran ran = cli({"site", "show", "peta-djounga"});
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  expect_golden("site_show", ran.out);
}

TEST_F(Commands, EndWith3AndASuggestionForASiteThatIsNotThere) {
  for (const std::vector<std::string>& line : {std::vector<std::string>{"site", "show", "peta-djunga"},
                                               {"uplink", "show", "Peta-Djounga"},
                                               {"site", "status", "peta-djounga2"},
                                               {"enrol", "token", "petadjounga"},
                                               {"site", "watch", "peta-djoung"},
                                               {"site", "edit", "peta-djouga", "--name", "x"},
                                               {"alarm", "list", "--site", "peta-djoung"}}) {
    const Ran ran = cli(line);
    EXPECT_EQ(ran.exit, Exit::NotFound) << line[0] << ' ' << line[1] << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(ran.err.find("did you mean 'peta-djounga'?"), std::string::npos) << ran.err;
  }
  EXPECT_EQ(cli({"alarm", "show", "99"}).exit, Exit::NotFound);
}

TEST_F(Commands, EndWith6WhenTheSiteIsOffline) {
  noc_.sites_offline = true;
  const Ran ran = cli({"site", "status", "borgo-darey"});
  EXPECT_EQ(ran.exit, Exit::SiteOffline);
  EXPECT_EQ(ran.err, "karkara: borgo-darey is offline, last heard 26h ago\n");
  EXPECT_EQ(cli({"uplink", "show", "borgo-darey", "--live"}).exit, Exit::SiteOffline);
}

TEST_F(Commands, EndWith7WhenNothingComesInTime) {
  noc_.stuck = true;
  const Ran ran = cli({"site", "list", "--timeout", "100ms"});
  EXPECT_EQ(ran.exit, Exit::TimedOut);
  EXPECT_EQ(ran.err, "karkara: no answer within 100ms from " + noc_.endpoint() + "\n");
}

TEST_F(Commands, EndWith4WhenTheRoleIsMissing) {
  noc_.viewer_only = true;
  const Ran ran = cli({"site", "add", "new-site"});
  EXPECT_EQ(ran.exit, Exit::Denied);
  EXPECT_EQ(ran.err, "karkara: the role viewer may not do this\n");
}

TEST_F(Commands, EndWith1AndOneLineWhenTheControllerIsDown) {
  const std::string endpoint = noc_.endpoint();
  noc_.stop();
  const Ran ran = cli({"site", "list"});
  EXPECT_EQ(ran.exit, Exit::Failed);
  EXPECT_EQ(ran.err, "karkara: cannot reach the controller at " + endpoint + ": Connection refused\n");
}

TEST_F(Commands, EndWith4WhenTheOperatorsCertificateIsOfAStranger) {
  v1::OperatorContext context = context_for(noc_.endpoint());
  context.set_certificate(test_certificates().operator_of_a_stranger.certificate);
  context.set_private_key(test_certificates().operator_of_a_stranger.key);
  environment_["KARKARA_CONTEXT"] = write_context(context, "stranger.yaml");
  const Ran ran = cli({"site", "list"});
  EXPECT_EQ(ran.exit, Exit::Denied) << ran.err;
  EXPECT_EQ(ran.err, "karkara: the controller at " + noc_.endpoint() +
                         " hangs up: it does not accept your certificate (run out, or of another fleet)\n");
}

TEST_F(Commands, EndWith4WhenTheControllerIsNotOurs) {
  v1::OperatorContext context = context_for(noc_.endpoint());
  context.set_ca_certificate(test_certificates().strange_root);
  environment_["KARKARA_CONTEXT"] = write_context(context, "stranger.yaml");
  const Ran fake = cli({"site", "list"});
  EXPECT_EQ(fake.exit, Exit::Denied);
  EXPECT_NE(fake.err.find("TLS with the controller at " + noc_.endpoint()), std::string::npos) << fake.err;
  FakeNoc elsewhere{test_certificates().other_host};
  environment_["KARKARA_CONTEXT"] = write_context(context_for(elsewhere.endpoint()), "elsewhere.yaml");
  const Ran ran = cli({"site", "list"});
  EXPECT_EQ(ran.exit, Exit::Denied) << ran.err;
  EXPECT_NE(ran.err.find("Peer name 127.0.0.1 is not in peer certificate"), std::string::npos) << ran.err;
}

TEST_F(Commands, TellEveryMistakeOfAContextWithItsPlace) {
  std::ofstream{scratch_folder() / "broken.yaml"} << "name: Aissa!\ncontroler: x:1\n";
  const Ran ran = cli({"site", "list", "--context", scratch_folder() / "broken.yaml"});
  EXPECT_EQ(ran.exit, Exit::Usage);
  EXPECT_NE(ran.err.find("broken.yaml:1:"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("broken.yaml:2:"), std::string::npos) << ran.err;
  EXPECT_NE(cli({"site", "list", "--context", "/nowhere/context.yaml"}).err.find("karkara-controller --operator"),
            std::string::npos);
}

TEST_F(Commands, WarnOfAContextThatOthersCanRead) {
  ::chmod(environment_["KARKARA_CONTEXT"].c_str(), 0644);
  const Ran ran = cli({"site", "list"});
  EXPECT_EQ(ran.exit, Exit::Ok);
  EXPECT_NE(ran.err.find("chmod 600"), std::string::npos);
}

TEST_F(Commands, AddAndEditASite) {
  EXPECT_EQ(cli({"site", "add", "Kokorou"}).exit, Exit::Usage);
  EXPECT_EQ(cli({"site", "add", "kokorou", "--lat", "95", "--lon", "2"}).exit, Exit::Usage);
  EXPECT_EQ(cli({"site", "add", "kokorou", "--lat", "13.5"}).exit, Exit::Usage);
  const Ran added = cli({"site", "add", "kokorou", "--name", "Kokorou", "--commune", "Kokorou", "--region", "Tillabéri",
                         "--lat", "14.2", "--lon", "-0.05"});
  EXPECT_EQ(added.exit, Exit::Ok) << added.err;
  EXPECT_EQ(
      added.out,
      "Site      kokorou\nName      Kokorou\nPlace     Kokorou, Tillabéri at 14.2000 -0.0500\nRevision  1 (added)\n");
  EXPECT_EQ(cli({"site", "add", "kokorou"}).exit, Exit::Failed);  // it is there already
  const Ran edited = cli({"site", "edit", "kokorou", "--name", "Kokorou Tegui", "--revision", "1"});
  EXPECT_EQ(edited.out,
            "Site      kokorou\nName      Kokorou Tegui\nPlace     Kokorou, Tillabéri at 14.2000 -0.0500\nRevision  2 "
            "(edited)\n");
  const Ran stale = cli({"site", "edit", "kokorou", "--name", "x", "--revision", "1"});
  EXPECT_EQ(stale.exit, Exit::Failed);
  EXPECT_EQ(stale.err, "karkara: the site is at revision 2\n");
  EXPECT_EQ(cli({"site", "edit", "kokorou"}).exit, Exit::Usage);
  EXPECT_EQ(cli({"site", "edit", "kokorou", "--mast", "400m"}).exit, Exit::Usage);
  EXPECT_EQ(cli({"site", "edit", "kokorou", "--mast", "45"}).exit, Exit::Usage);
  EXPECT_EQ(cli({"site", "edit", "kokorou", "--mast", "45m"}).exit, Exit::Ok);
}

TEST_F(Commands, AskTheSiteItself) {
  expect_golden("site_status", cli({"site", "status", "peta-djounga"}).out);
  expect_golden("site_values", cli({"site", "values", "peta-djounga", "battery_"}).out);
  expect_golden("uplink_explain", cli({"uplink", "explain", "peta-djounga"}).out);
  expect_golden("uplink_show", cli({"uplink", "show", "peta-djounga"}).out);
  expect_golden("power_show", cli({"power", "show", "peta-djounga"}).out);
  expect_golden("power_show_live", cli({"power", "show", "peta-djounga", "--live"}).out);
  EXPECT_EQ(cli({"site", "reload", "peta-djounga"}).out, "Done  the configuration is the same\n");
  EXPECT_EQ(cli({"site", "flush", "peta-djounga"}).out, "Done  2 blocks sent\n");
}

TEST_F(Commands, KeepAHostileSitesErrorOnOneCleanLine) {
  noc_.hostile_reply.set_code(9);
  noc_.hostile_reply.set_error("no\x1b[2J\nkarkara: all is well");
  const Ran ran = cli({"site", "reload", "peta-djounga"});
  EXPECT_EQ(ran.exit, Exit::Failed);
  EXPECT_EQ(ran.err, "karkara: no karkara: all is well\n");
}

TEST_F(Commands, RefuseAnAnswerToAnotherQuestion) {
  noc_.hostile_reply.mutable_done()->set_text("done");
  const Ran ran = cli({"site", "status", "peta-djounga"});
  EXPECT_EQ(ran.exit, Exit::Failed);
  EXPECT_EQ(ran.out, "");
}

TEST_F(Commands, WriteABundleThatTheAgentsReaderAccepts) {
  const std::string path = scratch_folder() / "bundle.yaml";
  const Ran ran = cli({"enrol", "token", "peta-djounga", "--valid", "14d", "--out", path});
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(noc_.last_token_request.valid_seconds(), 14U * 86'400U);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  v1::EnrolmentBundle bundle;
  const ConfigReading reading = read_config_file(path, bundle);
  EXPECT_TRUE(reading.ok()) << reading.text();
  EXPECT_EQ(bundle.site_id(), "peta-djounga");
  EXPECT_EQ(bundle.token(), sample_bundle("peta-djounga").token());
  EXPECT_EQ(bundle.ca_certificate(), sample_bundle("peta-djounga").ca_certificate());
  EXPECT_EQ(bundle.anchor_key(), sample_bundle("peta-djounga").anchor_key());
  EXPECT_EQ(bundle.anchors_size(), 1);
  EXPECT_EQ(cli({"enrol", "token", "peta-djounga"}).out, read_file(path));
}

TEST_F(Commands, RevokeASitesRouter) {
  const Ran ran = cli({"enrol", "revoke", "peta-djounga"});
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  EXPECT_EQ(ran.err, "karkara: the certificate of peta-djounga is refused from now on\n");
  EXPECT_EQ(cli({"enrol", "revoke", "nowhere"}).exit, Exit::NotFound);
}

TEST_F(Commands, NeverOverwriteABundleAndLeaveNoEmptyOne) {
  const std::string path = scratch_folder() / "other.yaml";
  std::ofstream{path} << "mine";
  EXPECT_EQ(cli({"enrol", "token", "peta-djounga", "--out", path}).exit, Exit::Failed);
  EXPECT_EQ(read_file(path), "mine");
  const std::string fresh = scratch_folder() / "fresh.yaml";
  EXPECT_EQ(cli({"enrol", "token", "peta-djounga", "--valid", "soon", "--out", fresh}).exit, Exit::Usage);
  EXPECT_EQ(cli({"enrol", "token", "nowhere", "--out", fresh}).exit, Exit::NotFound);
  EXPECT_FALSE(std::filesystem::exists(fresh));
}

TEST_F(Commands, ListAndShowAlarms) {
  expect_golden("alarm_list", cli({"alarm", "list"}).out);
  environment_["KARKARA_LANG"] = "fr";
  expect_golden("alarm_list_french", cli({"alarm", "list", "--all", "--limit", "5"}).out);
  EXPECT_TRUE(noc_.last_alarms_request.include_cleared());
  EXPECT_EQ(noc_.last_alarms_request.limit(), 5U);
  environment_["KARKARA_LANG"] = "en";
  environment_["LANG"] = "fr_NE.UTF-8";
  expect_golden("alarm_show", cli({"alarm", "show", "17"}).out);
  EXPECT_EQ(cli({"alarm", "show", "seventeen"}).exit, Exit::Usage);
}

TEST_F(Commands, SayNothingOnStandardOutputWhenThereIsNothing) {
  const Ran none = cli({"alarm", "list", "--site", "peta-djounga"});
  EXPECT_EQ(none.exit, Exit::Ok);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.err, "karkara: No active alarms.\n");
  EXPECT_EQ(cli({"alarm", "list", "--site", "peta-djounga", "-o", "jsonl"}).out, "");
}

TEST_F(Commands, ShoutWhenTheAuditChainIsBroken) {
  expect_golden("audit_list", cli({"audit", "list"}).out);
  noc_.chain_broken = true;
  const Ran ran = cli({"audit", "list"});
  EXPECT_EQ(ran.exit, Exit::Failed);
  EXPECT_NE(ran.out, "");
  EXPECT_NE(ran.err.find("CHAIN IS BROKEN: entry 7"), std::string::npos);
}

TEST_F(Commands, TellBothVersions) {
  const Ran ran = cli({"version"});
  EXPECT_EQ(ran.exit, Exit::Ok);
  EXPECT_NE(ran.out.find("controller  0.1.0 (abc1234)"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("operator/aissa, engineer"), std::string::npos);
  noc_.stop();
  const Ran alone = cli({"version"});
  EXPECT_EQ(alone.exit, Exit::Failed);
  EXPECT_EQ(alone.out.rfind("karkara  ", 0), 0U);
  EXPECT_EQ(run_cli({"version"}, {{"HOME", "/nowhere"}}).exit, Exit::Ok);
}

TEST_F(Commands, CompleteSitesFromTheCacheWhenTheControllerIsGone) {
  EXPECT_EQ(cli({"site", "list"}).exit, Exit::Ok);
  noc_.stop();
  EXPECT_EQ(cli({"completion", "sites"}).out, "borgo-darey\nkokorou-koira-tegui\npeta-djounga\n");
}

TEST_F(Commands, CompleteSitesWithoutACacheByAskingQuickly) {
  EXPECT_EQ(cli({"completion", "sites"}).out, "borgo-darey\nkokorou-koira-tegui\npeta-djounga\n");
}

TEST_F(Commands, CompleteNothingAndSayNothingWithoutAContext) {
  const Ran ran = run_cli({"completion", "sites"}, {{"HOME", "/nowhere"}});
  EXPECT_EQ(ran.exit, Exit::Ok);
  EXPECT_EQ(ran.out + ran.err, "");
}

}  // namespace
}  // namespace karkara::cli
