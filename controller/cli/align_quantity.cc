#include "controller/cli/align_quantity.h"

#include <algorithm>
#include <cmath>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

std::size_t place_of(const Quantity& quantity, double value, std::size_t width) {
  const double part = std::clamp((value - quantity.worst) / (quantity.finest - quantity.worst), 0.0, 1.0);
  return static_cast<std::size_t>(std::lround(part * static_cast<double>(width)));
}

}  // namespace

bool is_better(const Quantity& quantity, double value, double best) {
  return quantity.better == Better::Less ? value < best : value > best;
}

std::string number_text(const Quantity& quantity, double value) {
  return format_number(value * quantity.scale, quantity.decimals, quantity.unit);
}

std::string bar_of(const Quantity& quantity, std::optional<double> value, std::optional<double> best,
                   std::size_t width) {
  std::string bar(width, '.');
  if (value) {
    std::fill_n(bar.begin(), place_of(quantity, *value, width), '#');
  }
  if (best) {
    const std::size_t at = place_of(quantity, *best, width);
    bar[at == 0 ? 0 : at - 1] = '|';
  }
  return "[" + bar + "]";
}

}  // namespace karkara::cli
