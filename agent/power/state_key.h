// The key under which a device's part of the state is kept: "days-charger". Long names are told apart by their hash.
// Used by whoever remembers something of one power device.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "common/fnv1a.h"
#include "common/ids.h"

namespace karkara {

[[nodiscard]] inline std::string state_key(std::string_view what, const DeviceId& id) {
  const std::string name = fmt::format("{}-{}", what, id.text());
  return is_plain_name(name) ? name : fmt::format("{}-{:016x}", what, fnv1a(id.text()));
}

}  // namespace karkara
