// One output line of a GPIO chip, held by the kernel's character device (version 2 of its calls) for as long as this
// lives, so that the state stays. When it is closed the kernel may do as it likes with the line: most chips keep the
// last state, some make it an input, and a relay then falls to its rest. So it is never read before it is taken, and it
// stays held whatever it reads. Refuses lines that another program holds. Used by LocalRelays.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/facts/relay.h"
#include "common/result.h"

namespace karkara {

// The kernel's ioctl, or a chip that a test plays.
using GpioCall = std::function<int(int fd, unsigned long request, void* what)>;
[[nodiscard]] GpioCall kernel_gpio();

class GpioLine {
 public:
  // Takes the line as an output that has this state from the first moment.
  static Result<GpioLine> take(const GpioRelay& relay, std::string_view consumer, bool on,
                               GpioCall call = kernel_gpio());
  ~GpioLine();
  GpioLine(GpioLine&& other) noexcept;
  GpioLine& operator=(GpioLine&& other) noexcept;

  // Sets the state and reads it back where the chip can: of the others, what the kernel took is all that is known.
  [[nodiscard]] Status set(bool on);
  [[nodiscard]] const GpioRelay& relay() const { return relay_; }
  [[nodiscard]] bool is_lost() const { return lost_; }  // the chip went away: only taking it anew may help

 private:
  GpioLine(GpioRelay relay, int fd, GpioCall call) : relay_{std::move(relay)}, fd_{fd}, call_{std::move(call)} {}
  Status lose(int number);

  GpioRelay relay_;
  int fd_ = -1;
  GpioCall call_;
  bool reads_back_ = false;  // it did once
  bool lost_ = false;
};

}  // namespace karkara
