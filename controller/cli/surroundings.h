// Everything of the outside that a command may touch: streams, environment, the terminal. Made by main.cc, or by a
// test. Refuses to be global: two runs in one process do not see each other.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/time.h"

namespace karkara::cli {

struct TerminalSize {
  unsigned columns = 0;  // 0: not a terminal
  unsigned rows = 0;
};

struct Surroundings {
  std::ostream& out;  // data
  std::ostream& err;  // messages
  std::map<std::string, std::string, std::less<>> environment;
  bool out_is_terminal = false;
  std::function<TerminalSize()> terminal_size = [] { return TerminalSize{}; };  // asked anew for each redraw
  // What a person types to a question; nothing at the end of the input. Empty: nobody is there to be asked.
  std::function<std::optional<std::string>(const std::string& question)> ask = {};
  // Waits for keys on a terminal; true as soon as the person types q. Empty: nobody is there to type.
  std::function<bool(Duration)> quits_within = {};
  // Becomes the program beside this one that the first word names, with the others as its words. Returns only when it
  // cannot, with the reason. Empty: there is none.
  std::function<std::string(const std::vector<std::string>& words)> become = {};
  std::function<void(Duration)> pause = [](Duration time) { std::this_thread::sleep_for(time); };

  // "" when it is not set: an empty variable counts as none.
  [[nodiscard]] std::string variable(std::string_view name) const {
    const auto at = environment.find(name);
    return at != environment.end() ? at->second : std::string{};
  }
};

}  // namespace karkara::cli
