#include "agent/codec/attribute_value.h"

#include <algorithm>

namespace karkara::genetlink {

Error wrong_length(const Attribute& attribute) {
  return {ErrorCode::InvalidArgument, "wrong length of attribute " + std::to_string(attribute.type)};
}

Status take_switch(const Attribute& attribute, bool& into) {
  std::uint8_t value = 0;
  Status status = take(attribute, value);
  into = value != 0;
  return status;
}

Status take_name(const Attribute& attribute, std::size_t longest, std::string& into) {
  const auto content = attribute.content;
  const auto end = std::find(content.begin(), content.end(), std::byte{0});
  const auto length = static_cast<std::size_t>(end - content.begin());
  const bool printable = std::all_of(content.begin(), end, [](std::byte b) { return b > std::byte{' '}; });
  if (end == content.end() || length == 0 || length > longest || !printable) {
    return Error{ErrorCode::InvalidArgument, "no name in attribute " + std::to_string(attribute.type)};
  }
  into.assign(length, '\0');
  std::memcpy(into.data(), content.data(), length);
  return {};
}

Status take_bytes(const Attribute& attribute, std::size_t longest, std::string& into) {
  if (attribute.content.size() > longest) {
    return wrong_length(attribute);
  }
  into.assign(attribute.content.size(), '\0');
  if (!into.empty()) {
    std::memcpy(into.data(), attribute.content.data(), into.size());
  }
  return {};
}

}  // namespace karkara::genetlink
