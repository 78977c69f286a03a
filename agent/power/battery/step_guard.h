// Keeps what a wire or a confused device made up out of an estimate: values that cannot be, and steps that the next
// sample does not confirm. Called for each measured quantity, in the order of time.
#pragma once

#include <optional>

namespace karkara {

struct Plausible {
  double least = 0;
  double most = 0;
  double step = 0;  // more from one sample to the next waits for a second one that says the same
};

class StepGuard {
 public:
  [[nodiscard]] std::optional<double> see(std::optional<double> value, const Plausible& plausible);
  // After a pause any step is as likely as none.
  void forget() { last_.reset(), waiting_.reset(); }

 private:
  std::optional<double> last_;
  std::optional<double> waiting_;
};

}  // namespace karkara
