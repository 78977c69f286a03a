// karkara-plan: exit code 0 when done, 1 when it cannot, 2 for a bad command line, 3 for doubtful data or a cancelled
// job.
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "common/overloaded.h"
#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/plan_jobs.h"

namespace karkara::planner {
namespace {

volatile std::sig_atomic_t g_cancelled = 0;

// The first Ctrl-C asks for what there is, the second ends.
void cancel(int signal) {
  g_cancelled = 1;
  std::signal(signal, SIG_DFL);
}

// Mapped terrain does not count: the kernel may drop it from memory. The address sanitizer's shadow would count.
void limit_memory(std::uint64_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  bytes = 0;
#endif
  const rlimit limit{bytes, bytes};
  if (bytes > 0 && ::setrlimit(RLIMIT_DATA, &limit) != 0) {
    std::fputs("karkara-plan: the memory limit cannot be set\n", stderr);
  }
}

int run(int argc, char** argv) {
  const PlanCommand command = parse_plan_options(argc, argv);
  limit_memory(command.memory_bytes);
  std::signal(SIGINT, cancel);
  std::signal(SIGTERM, cancel);
  return std::visit(Overloaded{[](const PrintAndEnd& text) {
                                 std::fputs(text.text.c_str(), text.code == 0 ? stdout : stderr);
                                 return text.code;
                               },
                               [](const CoverCommand& cover) {
                                 return run_cover(
                                     cover, [] { return g_cancelled != 0; }, stdout, stderr);
                               },
                               [](const ChosenJob& job) {
                                 return job.run({[] { return g_cancelled != 0; }, stdout, stderr});
                               },
                               [](const auto& check) { return run_check(check, stdout, stderr); }},
                    command.what);
}

}  // namespace
}  // namespace karkara::planner

int main(int argc, char** argv) {
  try {
    return karkara::planner::run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("karkara-plan: out of memory; --memory gives it more\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "karkara-plan: %s\n", error.what());
  }
  return 1;
}
