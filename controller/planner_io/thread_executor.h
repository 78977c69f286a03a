// The planner's Executor on threads of its own, which end with each run. Refuses to share work in any order that a
// result could show. Made by programs; cores only see Executor.
#pragma once

#include <cstddef>
#include <functional>

#include "controller/planner/executor.h"

namespace karkara::planner {

class ThreadExecutor final : public Executor {
 public:
  // 0: as many as the machine has processors.
  explicit ThreadExecutor(std::size_t threads);
  void run(std::size_t pieces, const std::function<void(std::size_t)>& piece) override;

 private:
  std::size_t threads_;
};

}  // namespace karkara::planner
