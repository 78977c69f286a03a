// karkara-link-relay: a slow link between two TUN devices, for a kernel without netem. What is routed into one comes
// out of the other as a link of that delay, rate and buffer would carry it. It must run in the namespace where the
// devices are to be; they go when it does. It says "ready" on standard output when they are up.
//   SIGUSR1 cut: everything is swallowed both ways, devices stay up    SIGUSR2 heal
//   SIGTERM end, with the counts as one line of JSON on standard output
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

#include "common/host/system_clock.h"
#include "tests/lab/delay_line.h"
#include "tests/support/run_program.h"

namespace karkara::lab {
namespace {

constexpr std::size_t kLargestPacket = 65'536;
constexpr int kMostPerWake = 64;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error{what + ": " + std::strerror(errno)};
}

int check(int result, const std::string& what) {
  return result < 0 ? (fail(what), -1) : result;
}

struct Options {
  std::string a = "link-a";
  std::string b = "link-b";
  double delay_ms = 310;
  double rate_kbit = 2000;
  double rate_back_kbit = 0;  // of b to a; 0: the same
  double buffer_ms = 300;

  [[nodiscard]] LinkShape shape(double kbit) const {
    const auto duration = [](double ms) { return Duration{static_cast<std::int64_t>(ms * 1e6)}; };
    return {duration(delay_ms), static_cast<std::uint64_t>(kbit * 1000), duration(buffer_ms)};
  }
};

// A TUN device that is up. It takes no offloads, so the kernel hands out whole, checksummed, unmerged packets.
class Tun {
 public:
  explicit Tun(const std::string& name)
      : fd_{check(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), "/dev/net/tun")} {
    ifreq request{};
    if (name.empty() || name.size() >= sizeof(request.ifr_name)) {
      throw std::runtime_error{"'" + name + "' is no interface name"};
    }
    name.copy(request.ifr_name, sizeof(request.ifr_name) - 1);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    check(ioctl(fd_, TUNSETIFF, &request), "make " + name);
    const int control = check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
    check(ioctl(control, SIOCGIFFLAGS, &request), "look at " + name);
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    check(ioctl(control, SIOCSIFFLAGS, &request), "set up " + name);
    // A burst must wait in the line's own buffer, not be dropped before it.
    request.ifr_qlen = 5000;
    check(ioctl(control, SIOCSIFTXQLEN, &request), "set queue of " + name);
    close(control);
  }
  ~Tun() { close(fd_); }
  Tun(const Tun&) = delete;
  Tun& operator=(const Tun&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

class Relay {
 public:
  explicit Relay(const Options& options)
      : a_{options.a},
        b_{options.b},
        a_to_b_{options.shape(options.rate_kbit)},
        b_to_a_{options.shape(options.rate_back_kbit > 0 ? options.rate_back_kbit : options.rate_kbit)} {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM, SIGINT}) {
      sigaddset(&signals, signal);
    }
    check(sigprocmask(SIG_BLOCK, &signals, nullptr), "block signals");
    signals_ = check(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
    timer_ = check(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd");
    epoll_ = check(epoll_create1(EPOLL_CLOEXEC), "epoll");
    for (const int fd : {a_.fd(), b_.fd(), signals_, timer_}) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = fd;
      check(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event), "epoll");
    }
  }
  ~Relay() {
    close(epoll_);
    close(timer_);
    close(signals_);
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  void run() {
    while (!stopped_) {
      arm_timer();
      std::array<epoll_event, 4> events{};
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        handle(events[static_cast<std::size_t>(i)].data.fd);
      }
      deliver(a_to_b_, b_.fd());
      deliver(b_to_a_, a_.fd());
    }
  }

  void print_counts() const {
    const auto part = [](const char* name, const LineCounts& counts) {
      std::printf("\"%s\":{\"packets\":%lu,\"bytes\":%lu,\"dropped_full\":%lu,\"dropped_cut\":%lu}", name,
                  counts.packets, counts.bytes, counts.dropped_full, counts.dropped_cut);
    };
    std::printf("{");
    part("a_to_b", a_to_b_.counts());
    std::printf(",");
    part("b_to_a", b_to_a_.counts());
    std::printf("}\n");
  }

 private:
  void handle(int fd) {
    if (fd == a_.fd()) {
      read_all(fd, a_to_b_);
    } else if (fd == b_.fd()) {
      read_all(fd, b_to_a_);
    } else if (fd == signals_) {
      obey();
    } else {
      std::uint64_t expirations = 0;
      (void)!read(timer_, &expirations, sizeof(expirations));
    }
  }

  void read_all(int fd, DelayLine& line) {
    for (int i = 0; i < kMostPerWake; ++i) {
      const ssize_t size = read(fd, buffer_.data(), buffer_.size());
      if (size <= 0) {
        return;
      }
      line.put({buffer_.begin(), buffer_.begin() + size}, clock_.now());
    }
  }

  void deliver(DelayLine& line, int fd) {
    for (const auto& packet : line.take(clock_.now())) {
      (void)!write(fd, packet.data(), packet.size());  // the kernel may refuse what it will not route: so be it
    }
  }

  void obey() {
    signalfd_siginfo signal{};
    if (read(signals_, &signal, sizeof(signal)) != sizeof(signal)) {
      return;
    }
    const auto number = static_cast<int>(signal.ssi_signo);
    if (number == SIGUSR1) {
      a_to_b_.cut();
      b_to_a_.cut();
    } else if (number == SIGUSR2) {
      a_to_b_.heal();
      b_to_a_.heal();
    } else {
      stopped_ = true;
    }
  }

  void arm_timer() {
    const Instant next = std::min(a_to_b_.next_deadline(), b_to_a_.next_deadline());
    itimerspec at{};
    if (next != Instant::max()) {
      const auto nanos = next.since_boot().count();
      at.it_value = {static_cast<time_t>(nanos / 1'000'000'000), static_cast<long>(nanos % 1'000'000'000)};
    }
    check(timerfd_settime(timer_, TFD_TIMER_ABSTIME, &at, nullptr), "timer");
  }

  Tun a_;
  Tun b_;
  DelayLine a_to_b_;
  DelayLine b_to_a_;
  SystemClock clock_;
  std::array<std::byte, kLargestPacket> buffer_{};
  int signals_ = -1;
  int timer_ = -1;
  int epoll_ = -1;
  bool stopped_ = false;
};

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"A slow link between two TUN devices of its own. SIGUSR1 cuts it, SIGUSR2 heals it, SIGTERM ends it.",
               "karkara-link-relay"};
  app.add_option("--a", options.a, "Name of the first device")->capture_default_str();
  app.add_option("--b", options.b, "Name of the second device")->capture_default_str();
  app.add_option("--delay-ms", options.delay_ms, "Delay one way")
      ->check(CLI::Range(0.0, 60000.0))
      ->capture_default_str();
  app.add_option("--rate-kbit", options.rate_kbit, "Rate each way; 0: no limit")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--rate-back-kbit", options.rate_back_kbit, "Rate of b to a, if it is another")
      ->check(CLI::Range(0.0, 1e6));
  app.add_option("--buffer-ms", options.buffer_ms, "Longest wait before a packet is dropped")
      ->check(CLI::Range(0.0, 60000.0))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  // On a busy machine the link's own timing goes first. Without the right it is merely less exact.
  const sched_param first{.sched_priority = 1};
  (void)sched_setscheduler(0, SCHED_FIFO, &first);
  Relay relay{options};
  std::puts("ready");
  std::fflush(stdout);
  relay.run();
  relay.print_counts();
  return 0;
}

}  // namespace
}  // namespace karkara::lab

int main(int argc, char** argv) {
  return karkara::run_program("karkara-link-relay", karkara::lab::run, argc, argv);
}
