// Where the planner's parallel work runs: pieces 0..n-1, each exactly once, in any order and on any thread. Refuses to
// say how many threads there are, so no answer can depend on it: what a piece computes, it stores in its own place, and
// the caller joins the places in order. Injected; SerialExecutor serves tests, controller/planner_io the thread pool.
#pragma once

#include <cstddef>
#include <functional>

namespace karkara::planner {

class Executor {
 public:
  virtual ~Executor() = default;
  // Returns when all pieces are done. A piece must not call run() again.
  virtual void run(std::size_t pieces, const std::function<void(std::size_t)>& piece) = 0;
};

class SerialExecutor final : public Executor {
 public:
  void run(std::size_t pieces, const std::function<void(std::size_t)>& piece) override {
    for (std::size_t i = 0; i < pieces; ++i) {
      piece(i);
    }
  }
};

}  // namespace karkara::planner
