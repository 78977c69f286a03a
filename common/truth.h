// The signed content that an anchor serves over plain HTTP, so that a site can tell our answer from a portal's: the
// path that asks and the body that proves, as text (docs/echo-protocol.md). Refuses HTTP itself, sockets and clocks.
// Called by the agent's content check and the anchor's content page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/echo_keys.h"
#include "common/result.h"

namespace karkara {

struct TruthRequest {
  std::uint32_t key_id = 0;
  std::uint8_t generation = 1;
  std::uint64_t nonce = 0;
  friend bool operator==(const TruthRequest&, const TruthRequest&) = default;
};

// "/karkara/truth/00000007/1/0123456789abcdef"
[[nodiscard]] std::string truth_path(const TruthRequest& request);
// InvalidArgument for every text that truth_path does not make.
[[nodiscard]] Result<TruthRequest> parse_truth_path(std::string_view path);

// "karkara-truth-v1 NONCE MAC\n", both in hex.
[[nodiscard]] std::string truth_body(std::uint64_t nonce, const EchoKey& key);
// InvalidArgument: not such a body. Unauthenticated: another nonce, or a wrong MAC.
[[nodiscard]] Status verify_truth_body(std::string_view body, std::uint64_t nonce, const EchoKey& key);

}  // namespace karkara
