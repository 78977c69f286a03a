// karkara: the operators' CLI. This file joins it to the process: streams, environment, terminal, Ctrl-C.
#include <google/protobuf/stubs/logging.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "controller/cli/keyboard.h"
#include "controller/cli/run.h"

namespace {

using karkara::cli::Exit;
using karkara::cli::Surroundings;

// Nothing is left half done by going at once: every command reads, or asks for one thing.
void on_interrupt(int) {
  karkara::cli::restore_terminal();
  if (::isatty(STDOUT_FILENO) != 0) {
    [[maybe_unused]] const auto written = ::write(STDOUT_FILENO, "\n", 1);
  }
  ::_exit(static_cast<int>(Exit::Interrupted));
}

void on_termination(int signal) {
  karkara::cli::restore_terminal();
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

karkara::cli::TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
    return {};
  }
  return {size.ws_col, size.ws_row};
}

std::optional<std::string> ask(const std::string& question) {
  std::cerr << question << std::flush;
  std::string line;
  return std::getline(std::cin, line) ? std::optional{line} : std::nullopt;
}

// Beside this program, else where the shell finds programs.
std::string become(const std::vector<std::string>& words) {
  std::error_code error;
  const auto beside = std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / words.front();
  std::vector<char*> raw;
  raw.reserve(words.size() + 1);
  for (const std::string& word : words) {
    raw.push_back(const_cast<char*>(word.c_str()));  // execv does not write to it
  }
  raw.push_back(nullptr);
  std::cout << std::flush;
  std::signal(SIGPIPE, SIG_DFL);
  ::execv(beside.c_str(), raw.data());
  ::execvp(raw[0], raw.data());
  return words.front() + ": " + std::generic_category().message(errno);
}

Surroundings surroundings(karkara::cli::Keyboard& keyboard) {
  Surroundings around{.out = std::cout, .err = std::cerr, .environment = {}};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    if (const auto equals = text.find('='); equals != std::string_view::npos) {
      around.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  around.out_is_terminal = ::isatty(STDOUT_FILENO) != 0;
  around.terminal_size = terminal_size;
  around.become = become;
  if (::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0) {
    around.ask = ask;
  }
  if (around.out_is_terminal && ::isatty(STDIN_FILENO) != 0) {
    around.quits_within = [&keyboard](karkara::Duration time) { return keyboard.quits_within(time); };
  }
  return around;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_termination);
  std::signal(SIGPIPE, SIG_IGN);             // a reader that went away shows as a failed write
  google::protobuf::SetLogHandler(nullptr);  // a broken answer is told in our words
  std::ios::sync_with_stdio(false);
  karkara::cli::Keyboard keyboard;
  Surroundings around = surroundings(keyboard);
  try {
    return static_cast<int>(karkara::cli::run({argv + 1, argv + argc}, around));
  } catch (const std::exception& error) {
    std::cerr << "karkara: " << error.what() << '\n';
    return static_cast<int>(Exit::Failed);
  }
}
