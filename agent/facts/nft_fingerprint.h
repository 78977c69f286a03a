// How a loaded nftables ruleset is known again after a restart: the transaction that loads it also adds one empty chain
// to our table, whose name holds a hash of the text. Pure text: agent/reconcile makes it, agent/io/nft_table runs it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace karkara {

// 16 hexadecimal digits (FNV-1a, 64 bit): tells an old ruleset from a new one, protects against nobody.
[[nodiscard]] std::string nft_fingerprint(std::string_view ruleset);

// The ruleset with the chain that carries its fingerprint, to be loaded as one transaction.
[[nodiscard]] std::string nft_with_fingerprint(const std::string& ruleset);

// What takes our table away, also when there is none.
[[nodiscard]] std::string nft_removal();

// Out of such a transaction, or of what 'nft list table' printed; empty when there is no such chain.
[[nodiscard]] std::string nft_fingerprint_in(std::string_view text);

}  // namespace karkara
