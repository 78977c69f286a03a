// Keys for tests of the echo: a fixed master key and the site keys that follow from it.
#pragma once

#include <string>

#include "common/echo_keys.h"

namespace karkara {

inline EchoMasterKeys test_master_keys() {
  return EchoMasterKeys::parse(std::string(64, '5')).value();
}
inline EchoKey test_site_key(std::uint32_t key_id) {
  return test_master_keys().newest().site_key(key_id);
}

}  // namespace karkara
