#include "agent/devices/object_id.h"

#include <algorithm>
#include <charconv>

namespace karkara {
namespace {

Error refusal() {
  return {ErrorCode::InvalidArgument, "is not an object number: 2 to 128 numbers below 4294967296 with dots between"};
}

}  // namespace

Result<ObjectId> parse_object_id(std::string_view text) {
  if (text.starts_with('.')) {
    text.remove_prefix(1);
  }
  ObjectId oid;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::uint32_t part = 0;
    const auto [behind, error] = std::from_chars(at, end, part);
    const bool goes_on = behind != end && *behind == '.' && behind + 1 != end;
    if (error != std::errc{} || (behind != end && !goes_on) || oid.size() == kLongestObjectId) {
      return refusal();
    }
    oid.push_back(part);
    at = goes_on ? behind + 1 : behind;
  }
  if (oid.size() < 2) {
    return refusal();
  }
  return oid;
}

std::string to_text(const ObjectId& oid) {
  std::string text;
  for (const std::uint32_t part : oid) {
    text += (text.empty() ? "" : ".") + std::to_string(part);
  }
  return text;
}

bool is_within(const ObjectId& oid, const ObjectId& prefix) {
  return oid.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), oid.begin());
}

}  // namespace karkara
