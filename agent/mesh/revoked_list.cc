#include "agent/mesh/revoked_list.h"

#include <algorithm>

#include "common/revoked_certificates.h"

namespace karkara {
namespace {

bool is_serial(std::string_view text) {
  return !text.empty() && text.size() <= 2 * kMostSerial && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

bool RevokedList::replace(const std::vector<std::string>& serials) {
  std::vector<std::string> sound;
  std::ranges::copy_if(serials, std::back_inserter(sound), is_serial);
  std::ranges::sort(sound);
  sound.erase(std::unique(sound.begin(), sound.end()), sound.end());
  sound.resize(std::min(sound.size(), kMostRevoked));
  if (sound == serials_) {
    return false;
  }
  serials_ = std::move(sound);
  return true;
}

std::uint64_t RevokedList::hash() const {
  return hash_of_revoked(serials_);
}

std::string RevokedList::text() const {
  std::string text;
  for (const std::string& serial : serials_) {
    text += serial + '\n';
  }
  return text;
}

void RevokedList::restore(std::string_view text) {
  std::vector<std::string> serials;
  while (!text.empty() && serials.size() < kMostRevoked) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    serials.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  replace(serials);
}

}  // namespace karkara
