// The frame of small programs: what went wrong is told with the program's name.
#pragma once

#include <cstdio>
#include <exception>

namespace karkara {

inline int run_program(const char* name, int (*run)(int, char**), int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return 1;
  }
}

}  // namespace karkara
