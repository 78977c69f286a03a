// The CLI against the real controller and a site that speaks the real session: what an operator does on the first day.
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "common/host/config_reader.h"
#include "tests/controller/cli/cli_run.h"
#include "tests/controller/cli/golden.h"
#include "tests/controller/support/running_controller.h"
#include "tests/controller/support/test_site.h"

namespace karkara::cli {
namespace {

constexpr const char* kSite = "peta-djounga";

class RealController : public ::testing::Test {
 protected:
  Ran cli(Role role, const std::vector<std::string>& arguments) {
    const std::string name{to_string(role)};
    return run_cli(arguments, {{"KARKARA_CONTEXT", controller_.context_file(name, role)},
                               {"XDG_CACHE_HOME", controller_.state_dir() / "cache"}});
  }

  // What a router would do with the file that `enrol token --out` wrote.
  SiteCredentials enrol_by_file() {
    const std::string path = controller_.state_dir() / "bundle.yaml";
    const Ran ran = cli(Role::Engineer, {"enrol", "token", kSite, "--valid", "1h", "--out", path});
    EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
    v1::EnrolmentBundle bundle;
    const ConfigReading reading = read_config_file(path, bundle);
    EXPECT_TRUE(reading.ok()) << reading.text();
    auto credentials = enrol(controller_, bundle);
    EXPECT_TRUE(credentials.has_value());
    return credentials.value_or(SiteCredentials{});
  }

  RunningController controller_;
};

v1::Hello hello_on_vsat() {
  v1::Hello hello;
  hello.set_agent_version("0.1.0");
  hello.set_session_nonce(7);
  hello.set_boot_id("boot-1");
  hello.set_wall_time_us(1'795'000'000'000'000);
  hello.set_clock_trusted(true);
  v1::StateReport& state = *hello.mutable_state();
  state.set_wall_time_us(hello.wall_time_us());
  state.set_active_uplink("vsat");
  v1::UplinkState& vsat = *state.add_uplinks();
  vsat.set_id("vsat");
  vsat.set_kind("vsat");
  vsat.set_interface("eth1");
  vsat.set_state("up");
  vsat.set_rtt_seconds(0.62);
  vsat.set_since_wall_time_us(hello.wall_time_us() - 60'000'000);
  return hello;
}

TEST_F(RealController, ShowsASiteFromItsRegistrationToItsFirstAlarm) {
  const Ran added = cli(Role::Engineer, {"site", "add", kSite, "--name", "Péta Djounga", "--commune", "Youri",
                                         "--region", "Tillabéri", "--lat", "13.245", "--lon", "2.305"});
  ASSERT_EQ(added.exit, Exit::Ok) << added.err;
  const Ran before = cli(Role::Viewer, {"site", "list"});
  EXPECT_NE(before.out.find("Péta Djounga  Tillabéri  unknown"), std::string::npos) << before.out;
  EXPECT_NE(before.out.find("never"), std::string::npos);

  TestSite site{controller_, enrol_by_file()};
  ASSERT_TRUE(site.hello(hello_on_vsat()).has_value());
  const Ran after = cli(Role::Viewer, {"site", "list"});
  EXPECT_NE(after.out.find("up "), std::string::npos) << after.out;
  EXPECT_NE(after.out.find("vsat    620 ms"), std::string::npos) << after.out;
  EXPECT_NE(cli(Role::Viewer, {"uplink", "show", kSite}).out.find("* vsat"), std::string::npos);

  site.send_alarm(1, "UPLINK_DOWN", true, 1'795'000'000'000'000);
  ASSERT_TRUE(site.await_ack(v1::FRAME_CLASS_ALARM, 1));
  const Ran alarms = cli(Role::Viewer, {"alarm", "list", "-o", "jsonl"});
  EXPECT_NE(alarms.out.find("\"message\":\"UPLINK_DOWN\""), std::string::npos) << alarms.out;
  EXPECT_EQ(cli(Role::Viewer, {"alarm", "show", "999"}).exit, Exit::NotFound);
  site.cut();
}

TEST_F(RealController, AsksTheSiteAndSaysWhenItIsOffline) {
  ASSERT_EQ(cli(Role::Engineer, {"site", "add", kSite}).exit, Exit::Ok);
  EXPECT_EQ(cli(Role::Viewer, {"site", "status", kSite}).exit, Exit::SiteOffline);
  TestSite site{controller_, enrol_by_file()};
  ASSERT_TRUE(site.hello(hello_on_vsat()).has_value());
  std::thread answering{[&] {
    while (const auto frame = site.receive()) {
      if (frame->data().has_request()) {
        v1::SiteReply reply;
        reply.set_id(frame->data().request().id());
        reply.mutable_status()->set_site_id(kSite);
        reply.mutable_status()->set_session("up");
        site.send_reply(1, reply);
        return;
      }
    }
  }};
  const Ran ran = cli(Role::Viewer, {"site", "status", kSite});
  answering.join();
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  EXPECT_NE(ran.out.find("Session  up"), std::string::npos) << ran.out;
  EXPECT_EQ(cli(Role::Viewer, {"site", "status", kSite, "--timeout", "200ms"}).exit, Exit::TimedOut);
  site.cut();
}

TEST_F(RealController, CarriesAnOrderToTheSiteAndIntoTheAuditLog) {
  ASSERT_EQ(cli(Role::Engineer, {"site", "add", kSite}).exit, Exit::Ok);
  TestSite site{controller_, enrol_by_file()};
  ASSERT_TRUE(site.hello(hello_on_vsat()).has_value());
  EXPECT_NE(cli(Role::Viewer, {"uplink", "list", "--state", "up"}).out.find("* vsat"), std::string::npos);
  const std::vector<std::string> hold{"uplink", "hold", kSite, "vsat", "--for", "20m", "--why", "storm"};
  EXPECT_EQ(cli(Role::Engineer, hold).exit, Exit::RiskNotAccepted) << "it is the only one";
  v1::UplinkOrder received;
  std::thread answering{[&] {
    while (const auto frame = site.receive()) {
      if (frame->data().has_request()) {
        received = frame->data().request().order();
        v1::SiteReply reply;
        reply.set_id(frame->data().request().id());
        reply.mutable_done()->set_text("held");
        site.send_reply(1, reply);
        return;
      }
    }
  }};
  auto accepted = hold;
  accepted.insert(accepted.end(), {"--accept-risk", "site-goes-dark"});
  EXPECT_EQ(cli(Role::Viewer, accepted).exit, Exit::Denied);
  const Ran ran = cli(Role::Engineer, accepted);
  answering.join();
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  EXPECT_EQ(received.act(), v1::UPLINK_ACT_HOLD);
  EXPECT_EQ(received.seconds(), 1200U);
  const Ran audit = cli(Role::Admin, {"audit", "list", "-o", "wide"});
  EXPECT_NE(audit.out.find("vsat for 1200 s: storm"), std::string::npos) << audit.out;
  site.cut();
}

TEST_F(RealController, KeepsRolesApart) {
  EXPECT_EQ(cli(Role::Viewer, {"site", "add", "kokorou"}).exit, Exit::Denied);
  EXPECT_EQ(cli(Role::Engineer, {"audit", "list"}).exit, Exit::Denied);
  const Ran audit = cli(Role::Admin, {"audit", "list"});
  EXPECT_EQ(audit.exit, Exit::Ok) << audit.err;
  EXPECT_NE(audit.out.find("add-site"), std::string::npos) << audit.out;
  EXPECT_NE(cli(Role::Admin, {"version"}).out.find("admin, admin"), std::string::npos);
}

TEST_F(RealController, RefusesAStaleEditAndSuggestsAName) {
  ASSERT_EQ(cli(Role::Engineer, {"site", "add", kSite}).exit, Exit::Ok);
  EXPECT_EQ(cli(Role::Engineer, {"site", "add", kSite}).exit, Exit::Failed);
  EXPECT_EQ(cli(Role::Engineer, {"site", "edit", kSite, "--name", "Sadoré", "--revision", "1"}).exit, Exit::Ok);
  EXPECT_EQ(cli(Role::Engineer, {"site", "edit", kSite, "--name", "x", "--revision", "1"}).exit, Exit::Failed);
  const Ran ran = cli(Role::Viewer, {"site", "show", "peta-djunga"});
  EXPECT_EQ(ran.exit, Exit::NotFound);
  EXPECT_NE(ran.err.find("did you mean 'peta-djounga'?"), std::string::npos) << ran.err;
}

TEST_F(RealController, SaysThatTheControllerIsDown) {
  const std::string context = controller_.context_file("aissa", Role::Viewer);
  controller_.stop();
  const Ran ran = run_cli({"site", "list", "--context", context});
  EXPECT_EQ(ran.exit, Exit::Failed);
  EXPECT_EQ(ran.err, "karkara: cannot reach the controller at " + controller_.endpoint() + ": Connection refused\n");
  controller_.start();
  EXPECT_EQ(run_cli({"site", "list", "--context", context}).exit, Exit::Ok);
}

}  // namespace
}  // namespace karkara::cli
