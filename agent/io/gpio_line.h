// One output line of a GPIO chip, held by the kernel's character device (version 2 of its calls) for as long as this
// lives, so that the state stays. When it is closed the kernel may do as it likes with the line: most chips keep the
// last state, some make it an input, and a relay then falls to its rest. Refuses lines that another program holds.
// Used by LocalRelays.
#pragma once

#include <string>
#include <string_view>

#include "agent/facts/relay.h"
#include "common/result.h"

namespace karkara {

class GpioLine {
 public:
  // Takes the line as an output that has this state from the first moment.
  static Result<GpioLine> take(const GpioRelay& relay, std::string_view consumer, bool on);
  ~GpioLine();
  GpioLine(GpioLine&& other) noexcept;
  GpioLine& operator=(GpioLine&& other) noexcept;

  // Sets the state and reads it back.
  [[nodiscard]] Status set(bool on);
  [[nodiscard]] const GpioRelay& relay() const { return relay_; }

 private:
  GpioLine(GpioRelay relay, int fd) : relay_{std::move(relay)}, fd_{fd} {}

  GpioRelay relay_;
  int fd_ = -1;
};

}  // namespace karkara
