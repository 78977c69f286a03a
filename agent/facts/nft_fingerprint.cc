#include "agent/facts/nft_fingerprint.h"

#include <fmt/format.h>

#include <cstdint>

#include "agent/facts/kernel.h"
#include "common/fnv1a.h"

namespace karkara {
namespace {

constexpr std::string_view kChainPrefix = "fingerprint_";
constexpr std::size_t kDigits = 16;

}  // namespace

std::string nft_fingerprint(std::string_view ruleset) {
  return fmt::format("{:016x}", fnv1a(ruleset));
}

std::string nft_with_fingerprint(const std::string& ruleset) {
  return fmt::format("{}\nadd chain {} {}{}\n", ruleset, kNftTable, kChainPrefix, nft_fingerprint(ruleset));
}

std::string nft_removal() {
  return fmt::format("add table {0}\ndelete table {0}\n", kNftTable);
}

std::string nft_fingerprint_in(std::string_view text) {
  const auto place = text.rfind(kChainPrefix);
  return place == std::string_view::npos ? "" : std::string{text.substr(place + kChainPrefix.size(), kDigits)};
}

}  // namespace karkara
