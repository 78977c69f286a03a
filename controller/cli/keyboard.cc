#include "controller/cli/keyboard.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>
#include <thread>

#include "common/host/system_clock.h"

namespace karkara::cli {
namespace {

// A signal handler has no other way to know them.
termios before;
volatile std::sig_atomic_t changed = 0;

bool change_terminal() {
  if (::isatty(STDIN_FILENO) == 0 || ::tcgetpgrp(STDIN_FILENO) != ::getpgrp() ||
      ::tcgetattr(STDIN_FILENO, &before) != 0) {
    return false;
  }
  termios keys = before;
  keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);  // Ctrl-C stays a signal
  keys.c_cc[VMIN] = 1;
  keys.c_cc[VTIME] = 0;
  changed = 1;
  return ::tcsetattr(STDIN_FILENO, TCSANOW, &keys) == 0;
}

}  // namespace

void restore_terminal() noexcept {
  if (changed != 0) {
    changed = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
  }
}

Keyboard::~Keyboard() {
  restore_terminal();
}

bool Keyboard::quits_within(Duration time) {
  if (!begun_) {
    begun_ = true;
    listens_ = change_terminal();
  }
  const SystemClock clock;
  const Instant until = clock.now() + time;
  for (Instant now = clock.now(); now < until; now = clock.now()) {
    if (!listens_) {
      std::this_thread::sleep_for(until - now);
      return false;
    }
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    constexpr std::int64_t kLongestPoll = 60'000;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
    if (::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, kLongestPoll))) <= 0) {
      continue;
    }
    std::array<char, 64> typed;
    const ssize_t got = ::read(STDIN_FILENO, typed.data(), typed.size());
    listens_ = got > 0;  // nobody is there any more
    const std::string_view keys{typed.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
    if (keys.find_first_of("qQ") != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace karkara::cli
