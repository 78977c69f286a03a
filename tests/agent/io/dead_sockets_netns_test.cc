// Our own connections from a dead address end on the real kernel; everything else goes on.
#include "agent/io/dead_sockets.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>

#include <cerrno>

#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

constexpr const char* kDead = "10.9.0.1";
constexpr const char* kAlive = "10.9.0.2";
constexpr const char* kServer = "10.9.0.9";
constexpr const char* kDeadSix = "2001:db8:9::1";
constexpr const char* kServerSix = "2001:db8:9::9";
constexpr std::uint16_t kPort = 7443;

std::unique_ptr<PlainSocket> listening(const char* at) {
  auto socket = std::make_unique<PlainSocket>(IpAddress::parse(at)->family(), SOCK_STREAM);
  const auto name = socket_name(at, kPort);
  EXPECT_EQ(bind(socket->fd(), name.get(), name.size), 0) << std::strerror(errno);
  EXPECT_EQ(listen(socket->fd(), 16), 0);
  return socket;
}

// The address may be "::ffff:10.9.0.1", as gRPC's are.
std::unique_ptr<PlainSocket> connected(const char* from, const char* to) {
  const auto source = socket_name(from, 0);
  auto socket =
      std::make_unique<PlainSocket>(source.storage.ss_family == AF_INET ? IpFamily::V4 : IpFamily::V6, SOCK_STREAM);
  const auto target = socket_name(to, kPort);
  EXPECT_EQ(bind(socket->fd(), source.get(), source.size), 0) << std::strerror(errno);
  EXPECT_EQ(connect(socket->fd(), target.get(), target.size), 0) << std::strerror(errno);
  return socket;
}

// What the next read says, without waiting: EAGAIN while the connection lives.
int read_error(const PlainSocket& socket) {
  char byte = 0;
  return recv(socket.fd(), &byte, 1, MSG_DONTWAIT) < 0 ? errno : 0;
}

class DeadSocketsTest : public SandboxedTest {
 protected:
  void SetUp() override {
    SandboxedTest::SetUp();
    if (sandbox_) {
      run("for a in 10.9.0.1/32 10.9.0.2/32 10.9.0.9/32; do ip addr add $a dev lo; done\n"
          "for a in 2001:db8:9::1/128 2001:db8:9::9/128; do ip addr add $a dev lo nodad; done\n"
          // The kernel adds the local routes of IPv6 addresses a moment later.
          "for i in $(seq 1000); do\n"
          "  [ $(ip -6 route show table local | grep -c 2001:db8:9::) -eq 2 ] && break\n"
          "done");
      server_ = listening(kServer);
      server_six_ = listening(kServerSix);
    }
  }
  std::size_t end(const char* address) {
    const auto ended = end_own_connections(*IpAddress::parse(address));
    EXPECT_TRUE(ended.ok()) << ended.error().text;
    return ended ? *ended : 0;
  }
  std::unique_ptr<PlainSocket> server_, server_six_;
};

TEST_F(DeadSocketsTest, EndsConnectionsFromTheDeadAddressAndKeepsOthers) {
  const auto dead = connected(kDead, kServer);
  const auto alive = connected(kAlive, kServer);
  ASSERT_EQ(read_error(*dead), EAGAIN);
  EXPECT_EQ(end(kDead), 1U);
  EXPECT_EQ(read_error(*dead), ECONNABORTED);
  EXPECT_EQ(read_error(*alive), EAGAIN);
}

TEST_F(DeadSocketsTest, EndsIpv6AndIpv4InsideIpv6) {
  const auto six = connected(kDeadSix, kServerSix);
  const auto mapped = connected("::ffff:10.9.0.1", "::ffff:10.9.0.9");
  EXPECT_EQ(end(kDead), 1U);
  EXPECT_EQ(read_error(*mapped), ECONNABORTED);
  EXPECT_EQ(read_error(*six), EAGAIN);
  EXPECT_EQ(end(kDeadSix), 1U);
  EXPECT_EQ(read_error(*six), ECONNABORTED);
}

TEST_F(DeadSocketsTest, EndsAConnectionThatIsStillBeingMade) {
  nft("table inet wall { chain in { type filter hook input priority filter; tcp dport 7443 drop; }; }");
  const PlainSocket socket{IpFamily::V4, SOCK_STREAM | SOCK_NONBLOCK};
  const auto source = socket_name(kDead, 0);
  const auto target = socket_name(kServer, kPort);
  ASSERT_EQ(bind(socket.fd(), source.get(), source.size), 0);
  ASSERT_EQ(connect(socket.fd(), target.get(), target.size), -1);
  ASSERT_EQ(errno, EINPROGRESS);
  EXPECT_EQ(end(kDead), 1U);
  pollfd waiting{socket.fd(), POLLOUT, 0};
  ASSERT_EQ(poll(&waiting, 1, 5000), 1);
  int error = 0;
  socklen_t size = sizeof error;
  ASSERT_EQ(getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &size), 0);
  EXPECT_EQ(error, ECONNABORTED);
}

TEST_F(DeadSocketsTest, LeavesListeningSocketsAlone) {
  EXPECT_EQ(end(kServer), 0U);
  const auto client = connected(kAlive, kServer);
  EXPECT_EQ(read_error(*client), EAGAIN);
}

TEST_F(DeadSocketsTest, LeavesOtherProcessesAlone) {
  int to_child[2];
  int from_child[2];
  ASSERT_EQ(pipe2(to_child, O_CLOEXEC), 0);
  ASSERT_EQ(pipe2(from_child, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto theirs = connected(kDead, kServer);
    char byte = 0;
    const bool asked = write(from_child[1], "c", 1) == 1 && read(to_child[0], &byte, 1) == 1;
    _exit(asked && read_error(*theirs) == EAGAIN ? 0 : 1);
  }
  char byte = 0;
  ASSERT_EQ(read(from_child[0], &byte, 1), 1);
  const auto ours = connected(kDead, kServer);

  EXPECT_EQ(end(kDead), 1U);

  EXPECT_EQ(read_error(*ours), ECONNABORTED);
  ASSERT_EQ(write(to_child[1], "x", 1), 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "the other process lost its connection";
  for (const int fd : {to_child[0], to_child[1], from_child[0], from_child[1]}) {
    close(fd);
  }
}

TEST_F(DeadSocketsTest, NothingToEndIsNoError) {
  EXPECT_EQ(end("192.0.2.77"), 0U);
  EXPECT_EQ(end("2001:db8:77::1"), 0U);
}

TEST_F(DeadSocketsTest, SaysThatItLacksThePermission) {
  const auto own = connected(kDead, kServer);  // the child has it too
  const auto attempt = [] {
    const auto ended = end_own_connections(*IpAddress::parse(kDead));
    return ended ? Status{} : ended.error();
  };
  EXPECT_EQ(code_as_nobody(attempt, "CAP_NET_ADMIN"), static_cast<int>(ErrorCode::PermissionDenied));
  EXPECT_EQ(read_error(*own), EAGAIN);
}

}  // namespace
}  // namespace karkara
