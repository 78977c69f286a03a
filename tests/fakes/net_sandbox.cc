#include "tests/fakes/net_sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace karkara {
namespace {

int open_current() {
  return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

void move_to(int fd) {
  if (setns(fd, CLONE_NEWNET) != 0) {
    std::abort();  // the test would go on in the wrong network
  }
}

}  // namespace

NetSandbox::NetSandbox() {
  const int before = open_current();
  if (before < 0 || unshare(CLONE_NEWNET) != 0) {
    throw std::runtime_error{std::string{"no network namespace: "} + std::strerror(errno)};
  }
  fd_ = open_current();
  move_to(before);
  close(before);
  run("ip link set lo up");
}

NetSandbox::~NetSandbox() {
  close(fd_);
}

bool NetSandbox::possible() {
  const int before = open_current();
  const bool made = before >= 0 && unshare(CLONE_NEWNET) == 0;
  if (made) {
    move_to(before);
  }
  close(before);
  return made;
}

void NetSandbox::run(const std::string& script) const {
  const Inside inside{*this};
  const int status = std::system(("set -e; " + script).c_str());
  EXPECT_EQ(status, 0) << script;
}

std::string NetSandbox::path() const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd_);
}

NetSandbox::Inside::Inside(const NetSandbox& sandbox) : before_{open_current()} {
  move_to(sandbox.fd_);
}

NetSandbox::Inside::~Inside() {
  move_to(before_);
  close(before_);
}

}  // namespace karkara
