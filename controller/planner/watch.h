// How long work is stopped and tells how far it is. Refuses a clock: whoever has no more time says so. Handed to
// whatever takes seconds or more: reading, tables, searches.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace karkara::planner {

// Both may be called from any of the executor's threads.
struct Watch {
  std::function<bool()> cancelled = [] { return false; };
  std::function<void(std::string_view stage, std::size_t done, std::size_t of)> progress = [](auto...) {};
};

}  // namespace karkara::planner
