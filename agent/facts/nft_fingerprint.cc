#include "agent/facts/nft_fingerprint.h"

#include <fmt/format.h>

#include <cstdint>

#include "agent/facts/kernel.h"

namespace karkara {
namespace {

constexpr std::string_view kChainPrefix = "fingerprint_";
constexpr std::size_t kDigits = 16;

}  // namespace

std::string nft_fingerprint(std::string_view ruleset) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char c : ruleset) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3;
  }
  return fmt::format("{:016x}", hash);
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
