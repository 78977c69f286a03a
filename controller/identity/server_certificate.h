// The controller's own certificate as two files that its listeners watch: server.key is made once, server.crt is made
// anew before it runs out and when the public names change. Refuses to change the key while running, so that the two
// files always fit. Called at start and every hour.
#pragma once

#include "controller/identity/certificate_authority.h"

namespace karkara {

struct ServerFiles {
  std::filesystem::path key;
  std::filesystem::path certificate;
  std::filesystem::path root;
};

[[nodiscard]] ServerFiles server_files(const std::filesystem::path& state_dir);

// True when a certificate was made.
Result<bool> refresh_server_certificate(const std::filesystem::path& state_dir, const CertificateAuthority& authority,
                                        const std::vector<std::string>& hosts, WallTime now);

}  // namespace karkara
