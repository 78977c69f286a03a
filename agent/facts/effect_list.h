// Joins what several parts of a core ask for, in order. Called by the features and the site.
#pragma once

#include <iterator>
#include <utility>

#include "agent/facts/effects.h"

namespace karkara {

inline void append(Effects& effects, Effects more) {
  std::move(more.begin(), more.end(), std::back_inserter(effects));
}

}  // namespace karkara
