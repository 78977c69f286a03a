// What came back over TCP on asking an anchor for signed content: HTTP bytes in, a verdict out. Refuses to follow a
// redirect and to undo any transfer coding: the request is HTTP/1.0, which has none. Called by agent/io/content_check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/facts/truth.h"
#include "common/echo_keys.h"
#include "common/truth.h"

namespace karkara {

inline constexpr std::size_t kMostContentBytes = 2048;  // read of an answer; ours has 200

struct ContentOpinion {
  ContentVerdict verdict = ContentVerdict::Silent;
  std::string detail;  // printable ASCII
  friend bool operator==(const ContentOpinion&, const ContentOpinion&) = default;
};

[[nodiscard]] std::string content_request(const TruthRequest& request, const IpEndpoint& server);

// ended: nothing more will come. Nothing while the answer may still become ours and has not ended.
[[nodiscard]] std::optional<ContentOpinion> judge_content(std::string_view received, bool ended, std::uint64_t nonce,
                                                          const EchoKey& key);

// At most 120 characters; those that do not print become '?'.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace karkara
