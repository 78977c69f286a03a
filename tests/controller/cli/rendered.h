// A view as the text that a person or a program reads.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>

#include "controller/cli/render/display.h"
#include "controller/cli/render/render.h"

namespace karkara::cli {

inline std::string rendered(const View& view, Format format = Format::Table, const Style& style = {}) {
  std::ostringstream out;
  render(view, format, style, out);
  return out.str();
}

inline std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) {
    widest = std::max(widest, display_width(line));
  }
  return widest;
}

}  // namespace karkara::cli
