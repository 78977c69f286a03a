// `karkara local` against an agent's socket that answers, refuses, dawdles and lies.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "controller/cli/local_frame.h"
#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/local_run.h"
#include "tests/controller/cli/sample_models.h"
#include "tests/controller/cli/test_certificates.h"

namespace karkara::cli {
namespace {

TEST(Local, AsksTheAgentAndShowsTheSameViews) {
  const std::vector<std::pair<std::string, std::string>> goldens{
      {"status", "site_status"}, {"values", "site_values"},    {"explain", "uplink_explain"},
      {"usage", "uplink_usage"}, {"uplinks", "local_uplinks"}, {"decisions", "local_decisions"}};
  for (const auto& [verb, golden] : goldens) {
    const FakeAgent agent{socket_path(), sample_answer};
    const Ran ran = local({verb});
    EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
    expect_golden(golden, ran.out);
  }
  const FakeAgent agent{socket_path(), sample_answer};
  EXPECT_EQ(local({"reload"}).out, "Done  2 fields changed\n");
}

TEST(Local, PassesOnWhatTheAgentRefuses) {
  const FakeAgent agent{socket_path(), sample_answer};
  const Ran ran = local({"flush"});
  EXPECT_EQ(ran.exit, Exit::SiteOffline);
  EXPECT_EQ(ran.err, "karkara: there is no session with the controller\n");
}

TEST(Local, SaysThatTheAgentIsNotRunning) {
  const Ran ran = local({"status"});
  EXPECT_EQ(ran.exit, Exit::Failed);
  EXPECT_EQ(ran.err, "karkara: the agent is not running: there is no " + socket_path() + "\n");
}

TEST(Local, SaysThatNobodyListens) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_path().data(), socket_path().size());
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);  // the file stays, as after kill -9
  const Ran ran = local({"status"});
  ::unlink(socket_path().c_str());
  EXPECT_EQ(ran.exit, Exit::Failed);
  EXPECT_EQ(ran.err, "karkara: the agent is not running: nobody listens on " + socket_path() + "\n");
}

TEST(Local, SaysThatTheSocketIsNotOursToOpen) {
  const std::string path = socket_path();
  int ready[2];
  ASSERT_EQ(::pipe2(ready, O_CLOEXEC), 0);
  constexpr uid_t kNobody = 65534;
  // Before the agent's thread is there: what a fork copies of another thread's locks is never released.
  const pid_t child = ::fork();
  if (child == 0) {
    char go = 0;
    if (::read(ready[0], &go, 1) != 1 || ::setresuid(kNobody, kNobody, kNobody) != 0) {
      ::_exit(100);  // not root: nothing to try
    }
    const Ran ran = local({"status"});
    const bool right = ran.exit == Exit::Denied && ran.err.find("no right to open") != std::string::npos;
    ::_exit(right ? 0 : 1);
  }
  const FakeAgent agent{path, sample_answer};
  ::chmod(path.c_str(), 0600);
  ::chmod(scratch_folder().c_str(), 0711);
  EXPECT_EQ(::write(ready[1], "g", 1), 1);
  ::close(ready[0]);
  ::close(ready[1]);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 100) {
    GTEST_SKIP() << "needs root to become somebody else";
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Local, EndsWith7WhenTheAgentDawdles) {
  const FakeAgent agent{socket_path(), [](const v1::SiteRequest&) { return std::string{}; }};
  const Ran ran = local({"status", "--timeout", "50ms"});
  EXPECT_EQ(ran.exit, Exit::TimedOut);
  EXPECT_EQ(ran.err, "karkara: the agent on " + socket_path() + " does not answer\n");
}

TEST(Local, RefusesWhatIsNoAnswerToItsQuestion) {
  const std::vector<FakeAgent::Answer> lies{
      [](const v1::SiteRequest&) { return std::string("\xff\xff\xff\xff", 4); },
      [](const v1::SiteRequest&) { return framed("\xff\xff\xff"); },
      [](const v1::SiteRequest& request) {
        v1::SiteReply reply;
        reply.set_id(request.id() + 1);
        *reply.mutable_status() = sample_status();
        return framed(reply.SerializeAsString());
      },
      [](const v1::SiteRequest& request) { return sample_answer(request).substr(0, 20); },
  };
  for (const FakeAgent::Answer& lie : lies) {
    const FakeAgent agent{socket_path(), lie};
    const Ran ran = local({"status"});
    EXPECT_EQ(ran.exit, Exit::Failed) << ran.out;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  }
}

TEST(Local, RefusesAPathThatCannotBeASockets) {
  EXPECT_EQ(run_cli({"local", "status", "--socket", std::string(108, 'x')}).exit, Exit::Usage);
}

TEST(LocalFrame, WaitsForTheWholeFrame) {
  v1::SiteReply reply;
  reply.set_id(5);
  const std::string frame = framed(reply.SerializeAsString());
  for (std::size_t length = 0; length < frame.size(); ++length) {
    const auto part = reply_in(std::string_view{frame}.substr(0, length));
    ASSERT_TRUE(part.ok());
    EXPECT_FALSE(part->has_value());
  }
  const auto whole = reply_in(frame);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ((*whole)->id(), 5U);
  EXPECT_FALSE(reply_in(frame + "x").ok());
  EXPECT_TRUE(reply_in(std::string("\x00\x10\x00\x00", 4)).ok());   // 1 MiB may come
  EXPECT_FALSE(reply_in(std::string("\x00\x10\x00\x01", 4)).ok());  // a byte more may not
}

}  // namespace
}  // namespace karkara::cli
