#include "controller/planner_io/thread_executor.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace karkara::planner {

ThreadExecutor::ThreadExecutor(std::size_t threads)
    : threads_{threads > 0 ? threads : std::max<std::size_t>(1, std::thread::hardware_concurrency())} {}

void ThreadExecutor::run(std::size_t pieces, const std::function<void(std::size_t)>& piece) {
  std::atomic<std::size_t> next = 0;
  std::mutex lock;
  std::exception_ptr failure;  // the first; an exception that leaves a thread would end the program
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < pieces; i = next++) {
        piece(i);
      }
    } catch (...) {
      next = pieces;  // the others end too
      const std::lock_guard guard{lock};
      failure = failure ? failure : std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < std::min(threads_, pieces); ++i) {
      others.emplace_back(work);
    }
    work();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace karkara::planner
