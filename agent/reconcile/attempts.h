// What was tried lately, so that a step that does not work, or does not last, is not repeated in a tight loop.
// Refuses to decide what a step is for. Called by Reconciler.
#pragma once

#include <optional>
#include <vector>

#include "agent/facts/network_plan.h"
#include "common/time.h"

namespace karkara {

class Attempts {
 public:
  // When 'op' may be tried; not in the future for a new one. After a failure: 0.2 s, doubling up to 10 s. One that
  // succeeds but is undone again and again is repaired at once the first three times, then at most once in a second.
  [[nodiscard]] Instant ready_at(const NetworkOp& op) const;

  void issued(const NetworkOp& op, Instant now);
  void failed(const NetworkOp& op, Instant now);
  void succeeded(const NetworkOp& op);
  [[nodiscard]] unsigned failures(const NetworkOp& op) const;

  void forgive();           // the links or addresses changed: everything may be tried at once; counts stay
  void forget_successes();  // something else is wanted: repetition is no sign of a fight any more
  void forget_before(Instant time);

 private:
  struct Attempt {
    NetworkOp op;
    unsigned issued = 0;
    unsigned failed = 0;
    Instant last;
    bool forgiven = false;
  };
  [[nodiscard]] const Attempt* find(const NetworkOp& op) const;
  Attempt& of(const NetworkOp& op);

  std::vector<Attempt> attempts_;
};

}  // namespace karkara
