// The file that holds the anchors' master key: read at start, made once by 'karkara-anchor --make-key'.
// Refuses to replace a file that is there, for every site's key follows from it. The format is EchoMasterKeys::parse's.
#pragma once

#include <string>

#include "common/echo_keys.h"
#include "common/result.h"

namespace karkara {

// NotFound when the file is missing, InvalidArgument when it holds no good key; the error names the file.
[[nodiscard]] Result<EchoMasterKeys> read_master_key_file(const std::string& path);

// A new random key, readable by its owner only. AlreadyExists when something is there; a power cut leaves all or
// nothing.
[[nodiscard]] Status make_master_key_file(const std::string& path);

}  // namespace karkara
