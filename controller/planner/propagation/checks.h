// What every model asks of its inputs before it computes. Called by the models' own sources only.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara::propagation {

// False for NaN.
constexpr bool is_between(double x, double low, double high) {
  return x >= low && x <= high;
}

inline Error refusal(std::string_view model, std::string_view what) {
  return {ErrorCode::InvalidArgument, std::string{model} + ": " + std::string{what}};
}

}  // namespace karkara::propagation
