// Small files that must be whole, private and survive a power cut: keys, certificates, contexts. Refuses to follow a
// half-written file: it is written beside its name, synced and renamed. Called by the certificate authority and --init.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara {

// Readable by the owner only. Replaces an older one.
Status write_secret_file(const std::filesystem::path& path, std::string_view content);
// NotFound: there is none. At most 64 KiB.
Result<std::string> read_small_file(const std::filesystem::path& path);
// Makes the folder (0700) with its parents when it is missing; an error when it cannot be written to.
Status make_private_folder(const std::filesystem::path& path);

}  // namespace karkara
