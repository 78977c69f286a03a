// Records whose content follows from their sequence, so that a wrong one is seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/host/record_log.h"
#include "tests/fakes/faulty_file_system.h"

namespace karkara {

inline std::vector<std::byte> record_of(std::uint64_t sequence) {
  std::vector<std::byte> content(sequence * 7 % 90 + 1);
  for (std::size_t i = 0; i < content.size(); ++i) {
    content[i] = static_cast<std::byte>(sequence * 31 + i);
  }
  return content;
}

}  // namespace karkara
