// The file with the anchors' master key, which the controller makes and every anchor gets a copy of. Refuses to make a
// second one. Called by --init and at start; the keys of single sites come from common/echo_keys.h.
#pragma once

#include <filesystem>

#include "common/echo_keys.h"
#include "common/result.h"

namespace karkara {

[[nodiscard]] std::filesystem::path anchor_master_file(const std::filesystem::path& state_dir);
// Leaves an existing one as it is.
Status create_anchor_master(const std::filesystem::path& state_dir);
Result<EchoMasterKeys> load_anchor_master(const std::filesystem::path& state_dir);

}  // namespace karkara
