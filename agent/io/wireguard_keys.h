// The files that keep a tunnel's keys: one line of base64, as 'wg genkey' writes it, for its owner only (mode 0600).
// Refuses a file that others may read, and to replace one that is damaged: the hub's operator has registered its public
// key. OpenSSL is behind this header. Called by TunnelActions.
#pragma once

#include <string>

#include "agent/facts/wireguard_key.h"
#include "common/result.h"

namespace karkara {

// NotFound: no such file. PermissionDenied: others may read it, or we may not. InvalidArgument: no key in it. The path
// is in front of each error; what the file holds is in none.
[[nodiscard]] Result<SecretKey> read_key_file(const std::string& path);
// The same; a file that is not there is made first, with a fresh key, and is on the disk when this returns.
[[nodiscard]] Result<SecretKey> own_key(const std::string& path);
[[nodiscard]] Result<WireguardKey> public_key_of(const SecretKey& key);

}  // namespace karkara
