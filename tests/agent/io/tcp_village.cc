#include "tests/agent/io/tcp_village.h"

#include <net/if.h>
#include <netinet/tcp.h>

#include <chrono>
#include <fstream>

namespace karkara {
namespace {

constexpr std::uint16_t kPort = 8080;
constexpr std::size_t kPiece = 8192;

char byte_number(std::size_t at) {
  return static_cast<char>(at * 31 + at / 251);
}

void wait_for_line(const std::filesystem::path& file) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  std::string line;
  while (line != "ready" && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
    std::ifstream in{file};
    std::getline(in, line);
  }
  ASSERT_EQ(line, "ready");
}

}  // namespace

void TcpVillageTest::SetUp() {
  SandboxedTest::SetUp();
  if (IsSkipped()) {
    return;
  }
  client_ = std::make_unique<NetSandbox>();
  server_ = std::make_unique<NetSandbox>();
}

void TcpVillageTest::link_up(const std::vector<std::string>& shape) {
  std::vector<std::string> command{KARKARA_BINARY_DIR "/bin/karkara-link-relay"};
  command.insert(command.end(), shape.begin(), shape.end());
  relay_.start(command);
  wait_for_line(relay_.log());
  run("ip link set link-b netns " + server_->path() + "; ip link add lan0 type veth peer name eth0 netns " +
      client_->path() +
      "; ip addr add 10.9.0.1/30 dev link-a; ip -6 addr add fd00:9::1/64 dev link-a nodad"
      "; ip addr add 192.168.77.1/24 dev lan0; ip -6 addr add fd00:77::1/64 dev lan0 nodad; ip link set lan0 up"
      "; echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
  client_->run(
      "ip addr add 192.168.77.2/24 dev eth0; ip -6 addr add fd00:77::2/64 dev eth0 nodad; ip link set eth0 up"
      "; ip route add default via 192.168.77.1; ip -6 route add default via fd00:77::1");
  server_->run(
      "ip addr add 10.9.0.2/30 dev link-b; ip -6 addr add fd00:9::2/64 dev link-b nodad; ip link set link-b up"
      "; ip route add default dev link-b; ip -6 route add default dev link-b");
}

std::uint32_t TcpVillageTest::link(const char* name) {
  const std::uint32_t index = if_nametoindex(name);
  EXPECT_NE(index, 0U) << name;
  return index;
}

TcpVillageTest::Connected TcpVillageTest::connect(IpFamily family) const {
  const SocketName name = socket_name(family == IpFamily::V4 ? "10.9.0.2" : "fd00:9::2", kPort);
  const int one = 1;
  std::unique_ptr<PlainSocket> listening;
  {
    const NetSandbox::Inside inside{*server_};
    listening = std::make_unique<PlainSocket>(family, SOCK_STREAM);
    setsockopt(listening->fd(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    EXPECT_EQ(bind(listening->fd(), name.get(), name.size), 0) << std::strerror(errno);
    EXPECT_EQ(listen(listening->fd(), 1), 0);
  }
  Connected made;
  {
    const NetSandbox::Inside inside{*client_};
    made.client = std::make_unique<PlainSocket>(family, SOCK_STREAM);
    EXPECT_EQ(::connect(made.client->fd(), name.get(), name.size), 0) << std::strerror(errno);
  }
  made.server = std::make_unique<PlainSocket>(accept4(listening->fd(), nullptr, nullptr, SOCK_CLOEXEC));
  return made;
}

Transfer::Transfer(int from, int to, std::size_t bytes, unsigned bytes_per_second) : from_{from}, to_{to} {
  // It fills whatever queue there is, whatever this machine's own choice is.
  EXPECT_EQ(setsockopt(from, IPPROTO_TCP, TCP_CONGESTION, "reno", 4), 0);
  if (bytes_per_second > 0) {
    EXPECT_EQ(setsockopt(from, SOL_SOCKET, SO_MAX_PACING_RATE, &bytes_per_second, sizeof bytes_per_second), 0);
  }
  sender_ = std::thread{[this, bytes] { send(bytes); }};
  receiver_ = std::thread{[this, bytes] { receive(bytes); }};
}

Transfer::~Transfer() {
  shutdown(from_, SHUT_RDWR);
  shutdown(to_, SHUT_RDWR);
  sender_.join();
  receiver_.join();
}

void Transfer::unleash() const {
  const unsigned most = ~0U;
  EXPECT_EQ(setsockopt(from_, SOL_SOCKET, SO_MAX_PACING_RATE, &most, sizeof most), 0);
}

void Transfer::send(std::size_t bytes) const {
  std::array<char, kPiece> piece{};
  for (std::size_t at = 0; at < bytes;) {
    const std::size_t size = std::min(piece.size(), bytes - at);
    for (std::size_t i = 0; i < size; ++i) {
      piece.at(i) = byte_number(at + i);
    }
    for (std::size_t sent = 0; sent < size;) {
      const ssize_t some = ::send(from_, piece.data() + sent, size - sent, MSG_NOSIGNAL);
      if (some <= 0) {
        return;
      }
      sent += static_cast<std::size_t>(some);
    }
    at += size;
  }
}

void Transfer::receive(std::size_t bytes) {
  std::array<char, kPiece> piece{};
  for (std::size_t at = 0; at < bytes;) {
    const ssize_t size = recv(to_, piece.data(), piece.size(), 0);
    if (size <= 0) {
      break;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i, ++at) {
      right_ += piece.at(i) == byte_number(at) ? 1 : 0;
    }
  }
  over_ = true;
}

}  // namespace karkara
