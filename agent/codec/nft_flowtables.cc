#include "agent/codec/nft_flowtables.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr std::string_view kDevices = "devices = {";
constexpr std::size_t kLongestName = 15;  // IFNAMSIZ with its terminator
constexpr std::size_t kMostNames = 256;

// Newer versions quote names.
std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kAround = " \t\n\"";
  const auto first = text.find_first_not_of(kAround);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(kAround) - first + 1);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != '/'; });
}

}  // namespace

std::vector<std::string> interfaces_in_flowtables(std::string_view listing) {
  std::vector<std::string> names;
  for (auto at = listing.find(kDevices); at != std::string_view::npos; at = listing.find(kDevices)) {
    listing.remove_prefix(at + kDevices.size());
    std::string_view list = listing.substr(0, listing.find('}'));
    while (!list.empty() && names.size() < kMostNames) {
      const auto comma = std::min(list.find(','), list.size());
      if (const auto name = trimmed(list.substr(0, comma)); is_name(name)) {
        names.emplace_back(name);
      }
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace karkara
