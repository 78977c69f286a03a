// `karkara shaping` against a controller and `karkara local shaping` against an agent: what comes out, how it ends.
#include <gtest/gtest.h>

#include <atomic>

#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/local_run.h"
#include "tests/controller/cli/noc_commands.h"

namespace karkara::cli {
namespace {

class ShapingCommands : public NocCommands {
 protected:
  // On a terminal of 24 lines; `keys` waits in the person's place.
  Ran on_terminal(const std::vector<std::string>& arguments, std::function<bool(Duration)> keys) {
    std::ostringstream out;
    std::ostringstream err;
    Surroundings around{.out = out, .err = err, .environment = environment_};
    around.out_is_terminal = true;
    around.terminal_size = [] { return TerminalSize{100, 40}; };
    around.quits_within = std::move(keys);
    const Exit exit = run(arguments, around);
    return {exit, out.str(), err.str()};
  }
};

TEST_F(ShapingCommands, AskTheSite) {
  const Ran shown = cli({"shaping", "show", "peta-djounga"});
  EXPECT_EQ(shown.exit, Exit::Ok) << shown.err;
  EXPECT_EQ(shown.err, "");
  EXPECT_TRUE(noc_.last_request.has_shaping());
  expect_golden("shaping_show", shown.out);
  expect_golden("shaping_show_json", cli({"shaping", "show", "peta-djounga", "-o", "json"}).out);
  expect_golden("shaping_explain", cli({"shaping", "explain", "peta-djounga"}).out);
  EXPECT_EQ(cli({"shaping", "explain", "peta-djounga", "-o", "json"}).out,
            cli({"shaping", "show", "peta-djounga", "-o", "json"}).out);
}

TEST_F(ShapingCommands, EndAsTheOthersDo) {
  for (const std::string verb : {"show", "explain", "top"}) {
    const Ran unknown = cli({"shaping", verb, "peta-djunga"});
    EXPECT_EQ(unknown.exit, Exit::NotFound);
    EXPECT_EQ(unknown.err, "karkara: there is no site 'peta-djunga'; did you mean 'peta-djounga'?\n");
    EXPECT_EQ(cli({"shaping", verb}).exit, Exit::Usage);
  }
  noc_.hostile_reply.set_code(3);
  noc_.hostile_reply.set_error("this agent does not know the request (it may be older than the asker)");
  EXPECT_EQ(cli({"shaping", "show", "peta-djounga"}).exit, Exit::Usage);
  noc_.hostile_reply.Clear();
  noc_.hostile_reply.mutable_done()->set_text("done");
  EXPECT_EQ(cli({"shaping", "show", "peta-djounga"}).exit, Exit::Failed);
  noc_.sites_offline = true;
  for (const std::string verb : {"show", "explain", "top"}) {
    const Ran offline = cli({"shaping", verb, "borgo-darey"});
    EXPECT_EQ(offline.exit, Exit::SiteOffline);
    EXPECT_EQ(offline.err, "karkara: borgo-darey is offline, last heard 26h ago\n");
  }
}

TEST_F(ShapingCommands, TopIsOneTableForAPipe) {
  const Ran once = cli({"shaping", "top", "peta-djounga"});
  EXPECT_EQ(once.exit, Exit::Ok) << once.err;
  EXPECT_EQ(once.out.find('\x1b'), std::string::npos);
  expect_golden("shaping_top_once", once.out);
  EXPECT_EQ(cli({"shaping", "top", "peta-djounga", "--seconds", "4"}).out, once.out + "\n" + once.out);
}

TEST_F(ShapingCommands, TopWritesALineEachTimeAsJsonLines) {
  const Ran lines = cli({"shaping", "top", "peta-djounga", "--interval", "10s", "--seconds", "21", "-o", "jsonl"});
  EXPECT_EQ(lines.exit, Exit::Ok) << lines.err;
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 3) << "at 0, 10 and 20 s";
  EXPECT_EQ(lines.out.rfind("{\"apiVersion\":\"karkara/v1\",\"kind\":\"Shaping\",\"enabled\":true,", 0), 0U);
}

TEST_F(ShapingCommands, TopRedrawsUntilQIsTyped) {
  std::vector<Duration> waits;
  const Ran ran = on_terminal({"shaping", "top", "peta-djounga", "--interval", "5s"}, [&](Duration time) {
    waits.push_back(time);
    return waits.size() == 3;
  });
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  ASSERT_EQ(waits.size(), 3U);
  EXPECT_GT(waits[0], std::chrono::seconds{4});
  EXPECT_LE(waits[0], std::chrono::seconds{5});
  EXPECT_EQ(ran.out.rfind("\x1b[2J", 0), 0U);
  EXPECT_NE(ran.out.find("karkara shaping top peta-djounga: each 5s, q ends"), std::string::npos) << ran.out;
  EXPECT_EQ(ran.out.find("\x1b[2J", 1), std::string::npos) << "a screen that is cleared each time flickers";
}

TEST_F(ShapingCommands, TopGoesOnWhileTheSiteIsAway) {
  int rounds = 0;
  const Ran ran = on_terminal({"shaping", "top", "peta-djounga", "--interval", "1s"}, [&](Duration) {
    noc_.sites_offline = ++rounds == 1;
    return rounds == 3;
  });
  EXPECT_EQ(ran.exit, Exit::Ok);
  EXPECT_EQ(ran.err, "") << "a message would tear the screen";
  EXPECT_NE(ran.out.find(" old: borgo-darey is offline, last heard 26h ago"), std::string::npos) << ran.out;
  EXPECT_GT(ran.out.rfind("each 1s, q ends"), ran.out.find(" old: "));
}

TEST_F(ShapingCommands, TopRefusesAPaceThatNobodyMeans) {
  for (const std::string interval : {"0s", "999ms", "61m", "often", "-2s"}) {
    EXPECT_EQ(cli({"shaping", "top", "peta-djounga", "--interval=" + interval}).exit, Exit::Usage) << interval;
  }
  EXPECT_EQ(cli({"shaping", "top", "peta-djounga", "--seconds", "0"}).exit, Exit::Usage);
  EXPECT_EQ(cli({"shaping", "top", "peta-djounga", "-o", "yaml"}).exit, Exit::Usage);
  EXPECT_FALSE(noc_.last_request.has_shaping()) << "nothing was asked";
}

TEST(LocalShaping, AsksTheAgentAndShowsTheSameViews) {
  const FakeAgent agent{socket_path(), sample_answer};
  expect_golden("shaping_show", local({"shaping"}).out);
  expect_golden("shaping_explain", local({"shaping", "--explain"}).out);
  expect_golden("shaping_top_once", local({"shaping", "--top"}).out);
  EXPECT_EQ(local({"shaping", "--explain", "--top"}).exit, Exit::Usage);
  EXPECT_EQ(local({"shaping", "--interval", "5s"}).exit, Exit::Usage);
  EXPECT_EQ(local({"shaping", "--seconds", "5"}).exit, Exit::Usage);
}

TEST(LocalShaping, TopGoesOnWhileTheAgentStartsAgain) {
  std::atomic<int> asked = 0;
  const FakeAgent agent{socket_path(), [&](const v1::SiteRequest& request) {
                          if (++asked != 2) {
                            return sample_answer(request);
                          }
                          v1::SiteReply reply;
                          reply.set_id(request.id());
                          reply.set_code(14);
                          reply.set_error("not yet");
                          return framed(reply.SerializeAsString());
                        }};
  const Ran ran = local({"shaping", "--top", "--seconds", "3", "--interval", "1s", "-o", "jsonl"});
  EXPECT_EQ(ran.exit, Exit::Ok);
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 2);
  EXPECT_EQ(ran.err, "karkara: not yet\n");
}

TEST(LocalShaping, EndsAsTheOthersDoWithoutAnAgent) {
  EXPECT_EQ(local({"shaping"}).exit, Exit::Failed);
  EXPECT_EQ(local({"shaping", "--top"}).exit, Exit::Failed);
}

}  // namespace
}  // namespace karkara::cli
