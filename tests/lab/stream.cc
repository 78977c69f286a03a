// karkara-stream: a user of the village's network. --serve answers each UDP packet to its sender; --to sends packets at
// a steady rate and tells as one line of JSON how many answers came, how long there was none, and how many packets the
// service took: each answer says so, so that a packet whose answer was under way at a cut is told from a lost one.
// SIGTERM and SIGINT end both.
#include <netdb.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "common/host/system_clock.h"
#include "tests/lab/stream_tally.h"
#include "tests/support/run_program.h"

namespace karkara::lab {
namespace {

// Which run, which packet, and in the answer how many of the run the service took and when, by the clock of its
// machine.
constexpr std::size_t kHeader = sizeof(std::uint64_t) * 4;
constexpr std::size_t kTakenAt = sizeof(std::uint64_t) * 2;
constexpr std::size_t kTimeAt = sizeof(std::uint64_t) * 3;
constexpr std::size_t kMostRuns = 1'000;  // that the service counts at a time

struct Options {
  std::string serve;
  std::string to;
  double rate = 1000;
  double seconds = 10;
  double linger = 2;  // for late answers
  std::size_t bytes = 64;
  double gap_ms = 100;
  double end_after_gap = 0;
  bool report_gaps = false;
};

Duration nanoseconds(double seconds) {
  return Duration{static_cast<std::int64_t>(seconds * 1e9)};
}

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Address parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (colon == text.npos || getaddrinfo(host.c_str(), text.c_str() + colon + 1, &hints, &found) != 0) {
    throw std::runtime_error{"'" + text + "' is no numeric ADDRESS:PORT"};
  }
  Address address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  freeaddrinfo(found);
  return address;
}

int open_socket(const Address& address) {
  const int fd = socket(address.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) {
    throw std::runtime_error{std::string{"no socket: "} + std::strerror(errno)};
  }
  return fd;
}

int stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

// How many packets of each run came.
class RunCounts {
 public:
  void take(std::span<char> packet) {
    if (packet.size() < kHeader) {
      return;
    }
    if (counts_.size() >= kMostRuns) {
      counts_.erase(counts_.begin());  // runs are named by their start: the oldest
    }
    std::uint64_t run = 0;
    std::memcpy(&run, packet.data(), sizeof(run));
    const std::uint64_t taken = ++counts_[run];
    std::memcpy(packet.data() + kTakenAt, &taken, sizeof(taken));
    const std::int64_t there = clock_.now().since_boot().count();
    std::memcpy(packet.data() + kTimeAt, &there, sizeof(there));
  }

 private:
  SystemClock clock_;
  std::map<std::uint64_t, std::uint64_t> counts_;
};

int serve(const Options& options) {
  const Address address = parse_endpoint(options.serve);
  const int fd = open_socket(address);
  if (bind(fd, address.get(), address.size) != 0) {
    throw std::runtime_error{"cannot serve on " + options.serve + ": " + std::strerror(errno)};
  }
  std::array<pollfd, 2> waits{{{fd, POLLIN, 0}, {stop_signals(), POLLIN, 0}}};
  std::puts("ready");
  std::fflush(stdout);
  std::array<char, 65536> packet;
  RunCounts counts;
  while (poll(waits.data(), waits.size(), -1) >= 0 && waits[1].revents == 0) {
    Address from;
    from.size = sizeof(from.storage);
    const ssize_t size =
        recvfrom(fd, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from.storage), &from.size);
    if (size >= 0) {
      counts.take({packet.data(), static_cast<std::size_t>(size)});
      (void)sendto(fd, packet.data(), static_cast<std::size_t>(size), 0, from.get(), from.size);
    }
  }
  close(fd);
  return 0;
}

class Client {
 public:
  explicit Client(const Options& options)
      : options_{options},
        start_{clock_.now()},
        run_{static_cast<std::uint64_t>(start_.since_boot().count())},
        interval_{static_cast<std::int64_t>(1e9 / options.rate)},
        count_{static_cast<std::uint64_t>(options.seconds * options.rate)},
        packet_(std::max(options.bytes, kHeader)),
        tally_{start_} {
    const Address to = parse_endpoint(options.to);
    fd_ = open_socket(to);
    // Unconnected would let strangers in; connected, an ICMP error only makes one call fail.
    if (connect(fd_, to.get(), to.size) != 0) {
      throw std::runtime_error{"cannot reach " + options.to + ": " + std::strerror(errno)};
    }
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  StreamReport run() {
    std::array<pollfd, 2> waits{{{fd_, POLLIN, 0}, {stop_signals(), POLLIN, 0}}};
    Instant end = Instant::max();
    while (clock_.now() < end && waits[1].revents == 0) {
      if (!dark_is_over()) {
        send_due();
      }
      if ((next_ == count_ || dark_is_over()) && end == Instant::max()) {
        end = clock_.now() + nanoseconds(options_.linger);
      }
      wait_until(end == Instant::max() ? due(next_) : end, waits);
      receive_all();
    }
    return tally_.report(nanoseconds(options_.gap_ms / 1000));
  }

 private:
  [[nodiscard]] Instant due(std::uint64_t number) const {
    return start_ + interval_ * static_cast<std::int64_t>(number);
  }

  // The silence that was to be seen ended, and long enough ago.
  [[nodiscard]] bool dark_is_over() const {
    return options_.end_after_gap > 0 && lit_again_at_ != Instant::max() &&
           clock_.now() >= lit_again_at_ + nanoseconds(options_.end_after_gap);
  }

  void wait_until(Instant until, std::array<pollfd, 2>& waits) const {
    const auto nanos = std::max<std::int64_t>((until - clock_.now()).count(), 0);
    const timespec timeout{static_cast<time_t>(nanos / 1'000'000'000), static_cast<long>(nanos % 1'000'000'000)};
    (void)ppoll(waits.data(), waits.size(), &timeout, nullptr);
  }

  void send_due() {
    for (; next_ < count_ && due(next_) <= clock_.now(); ++next_) {
      std::memcpy(packet_.data(), &run_, sizeof(run_));
      std::memcpy(packet_.data() + sizeof(run_), &next_, sizeof(next_));
      const Instant now = clock_.now();
      bool sent = send(fd_, packet_.data(), packet_.size(), 0) >= 0;
      if (!sent && errno != EAGAIN) {
        sent = send(fd_, packet_.data(), packet_.size(), 0) >= 0;  // the first call only told an earlier ICMP error
      }
      sent ? tally_.sent(next_, now) : tally_.unsent(next_);
    }
  }

  void receive_all() {
    std::array<char, 65536> packet;
    for (;;) {
      const ssize_t size = recv(fd_, packet.data(), packet.size(), 0);
      if (size < 0 && errno == EAGAIN) {
        return;
      }
      std::uint64_t run = 0;
      std::uint64_t number = 0;
      if (size >= static_cast<ssize_t>(kHeader)) {
        std::memcpy(&run, packet.data(), sizeof(run));
        std::memcpy(&number, packet.data() + sizeof(run), sizeof(number));
        if (run == run_) {
          std::uint64_t taken = 0;
          std::memcpy(&taken, packet.data() + kTakenAt, sizeof(taken));
          std::int64_t there = 0;
          std::memcpy(&there, packet.data() + kTimeAt, sizeof(there));
          answered(number, taken, Instant{Duration{there}});
        }
      }
    }
  }

  void answered(std::uint64_t number, std::uint64_t taken, Instant there) {
    const Instant now = clock_.now();
    if (lit_again_at_ == Instant::max() && now - tally_.heard_at() >= nanoseconds(options_.gap_ms / 1000)) {
      lit_again_at_ = now;
    }
    tally_.answered(number, now, there);
    tally_.taken(taken);
  }

  const Options& options_;
  SystemClock clock_;
  Instant lit_again_at_ = Instant::max();
  Instant start_;
  std::uint64_t run_;
  Duration interval_;
  std::uint64_t count_;
  std::vector<char> packet_;
  StreamTally tally_;
  std::uint64_t next_ = 0;
  int fd_ = -1;
};

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"A steady UDP stream and its echo, to see what a user sees.", "karkara-stream"};
  auto* serve_option = app.add_option("--serve", options.serve, "Answer each packet on ADDRESS:PORT to its sender");
  auto* to_option = app.add_option("--to", options.to, "Send to ADDRESS:PORT")->excludes(serve_option);
  app.add_option("--rate", options.rate, "Packets a second")->check(CLI::Range(0.1, 20'000.0))->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long to send")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  app.add_option("--linger", options.linger, "Seconds to wait for late answers")
      ->check(CLI::Range(0.0, 60.0))
      ->capture_default_str();
  app.add_option("--bytes", options.bytes, "Size of a packet's payload")
      ->check(CLI::Range(static_cast<int>(kHeader), 1472))
      ->capture_default_str();
  app.add_option("--gap-ms", options.gap_ms, "Shortest silence to report")
      ->check(CLI::Range(5.0, 1e6))
      ->capture_default_str();
  app.add_option("--end-after-gap", options.end_after_gap, "Stop sending this many seconds after such a silence ended")
      ->check(CLI::Range(0.0, 60.0));
  app.add_flag("--report-gaps", options.report_gaps, "List the silences");
  CLI11_PARSE(app, argc, argv);
  if (!options.serve.empty()) {
    return serve(options);
  }
  if (to_option->empty()) {
    throw std::runtime_error{"one of --serve and --to is needed"};
  }
  Client client{options};
  std::printf("%s\n", to_json(client.run(), options.report_gaps).c_str());
  return 0;
}

}  // namespace
}  // namespace karkara::lab

int main(int argc, char** argv) {
  return karkara::run_program("karkara-stream", karkara::lab::run, argc, argv);
}
