// Our nftables table, through libnftables. A context of that library takes megabytes, so each call makes its own and
// frees it. Refuses other tables: it runs the text it is given, and looks at ours only. Called by NetlinkAdapter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result.h"

namespace karkara {

class NftTable {
 public:
  // One transaction: all of 'ruleset' or nothing. The error is nft's first line.
  [[nodiscard]] Status load(const std::string& ruleset) const;

  // See KernelSnapshot::nft_fingerprint.
  [[nodiscard]] Result<std::optional<std::string>> fingerprint() const;

  // See KernelSnapshot::offloaded: the one thing of other tables that is looked at.
  [[nodiscard]] Result<std::vector<std::string>> offloaded() const;
};

}  // namespace karkara
