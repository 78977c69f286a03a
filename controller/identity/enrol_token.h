// The one-time token that lets a router ask for its site's certificate: 256 random bits as text. Refuses to be stored:
// only its hash is, and hashes are compared in constant time. Called by the Noc service (make) and enrolment (hash).
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara {

using TokenHash = std::array<std::byte, 32>;

[[nodiscard]] Result<std::string> make_enrol_token();  // 43 characters of base64url
[[nodiscard]] TokenHash hash_of_token(std::string_view token);
[[nodiscard]] bool same_hash(const TokenHash& a, const TokenHash& b);

}  // namespace karkara
