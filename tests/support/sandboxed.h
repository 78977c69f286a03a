// A test inside a network namespace of its own, with what its cases have in common: plain sockets, what a command
// prints, and a look at the world without root's rights.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "agent/facts/ip.h"
#include "common/result.h"
#include "tests/fakes/net_sandbox.h"

namespace karkara {

class SandboxedTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs the right to make network namespaces";
    }
    sandbox_ = std::make_unique<NetSandbox>();
    inside_ = std::make_unique<NetSandbox::Inside>(*sandbox_);
  }
  void run(const std::string& script) const { sandbox_->run(script); }
  void nft(const std::string& ruleset) const { run("nft -f - <<'RULES'\n" + ruleset + "\nRULES"); }

  static std::string printed(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen(command.c_str(), "r"), &pclose};
    std::string text;
    std::array<char, 4096> piece{};
    for (std::size_t n = 0; (n = std::fread(piece.data(), 1, piece.size(), pipe.get())) > 0;) {
      text.append(piece.data(), n);
    }
    return text;
  }

  std::unique_ptr<NetSandbox> sandbox_;
  std::unique_ptr<NetSandbox::Inside> inside_;
};

class PlainSocket {
 public:
  explicit PlainSocket(int fd) : fd_{fd} { EXPECT_GE(fd, 0) << std::strerror(errno); }
  PlainSocket(IpFamily family, int type)
      : PlainSocket{::socket(family == IpFamily::V4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC, 0)} {}
  ~PlainSocket() { close(fd_); }
  PlainSocket(const PlainSocket&) = delete;
  PlainSocket& operator=(const PlainSocket&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

struct SocketName {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

inline SocketName socket_name(const char* address, std::uint16_t port) {
  SocketName name;
  if (std::strchr(address, ':') == nullptr) {
    auto* four = reinterpret_cast<sockaddr_in*>(&name.storage);
    *four = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}};
    EXPECT_EQ(inet_pton(AF_INET, address, &four->sin_addr), 1);
    name.size = sizeof *four;
  } else {
    auto* six = reinterpret_cast<sockaddr_in6*>(&name.storage);
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(port);
    EXPECT_EQ(inet_pton(AF_INET6, address, &six->sin6_addr), 1);
    name.size = sizeof *six;
  }
  return name;
}

// What 'attempt' comes to in a process of nobody's: the error's code, 0 when it worked, and 'text' must be in it.
inline int code_as_nobody(const std::function<Status()>& attempt, const std::string& text) {
  const pid_t child = fork();
  if (child == 0) {
    const bool dropped = setgid(65'534) == 0 && setuid(65'534) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0;
    const Status status = dropped ? attempt() : Status{};
    const bool said = !status && status.error().text.find(text) != std::string::npos;
    _exit(status ? 0 : said ? static_cast<int>(status.error().code) : 99);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace karkara
