// The keys of a terminal while a screen is redrawn on it: each as it is typed, and not shown. Refuses to touch a
// terminal that is not ours now (a job in the background). Made by main.cc; the terminal is as before when it is gone.
#pragma once

#include "common/time.h"

namespace karkara::cli {

class Keyboard {
 public:
  Keyboard() = default;
  ~Keyboard();
  Keyboard(const Keyboard&) = delete;
  Keyboard& operator=(const Keyboard&) = delete;

  // Waits; true as soon as q is typed. The first call changes the terminal.
  bool quits_within(Duration time);

 private:
  bool begun_ = false;
  bool listens_ = false;
};

// For a signal handler that ends the program: makes the terminal as it was.
void restore_terminal() noexcept;

}  // namespace karkara::cli
