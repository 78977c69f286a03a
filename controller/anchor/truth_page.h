// What an anchor answers over HTTP: the head of a request in, a whole answer out; signed content for the one kind of
// path that it knows, 404 or another refusal for all else. Refuses sockets (TruthServer owns those) and to know who
// asks: the answer proves the anchor, not the site.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "common/echo_keys.h"

namespace karkara {

// Since start; each request is counted once.
struct TruthCounts {
  std::uint64_t signed_answers = 0;
  std::uint64_t refused = 0;
  friend bool operator==(const TruthCounts&, const TruthCounts&) = default;
};

class TruthPage {
 public:
  explicit TruthPage(EchoMasterKeys keys) : keys_{std::move(keys)} {}

  // head: from the request line to the empty line behind the headers.
  [[nodiscard]] std::string answer(std::string_view head);
  [[nodiscard]] const TruthCounts& counts() const { return counts_; }

 private:
  EchoMasterKeys keys_;
  TruthCounts counts_;
};

}  // namespace karkara
