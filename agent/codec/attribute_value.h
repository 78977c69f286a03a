// What single attributes of generic netlink hold, to values: numbers in the machine's order, addresses, names, bytes.
// Refuses a content of another length than the type's, and to allocate by a length it did not limit. Called by the
// decoders of nl80211 and batman-adv, whose types go beyond what NetlinkAttributes keeps.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "agent/codec/genetlink.h"

namespace karkara::genetlink {

[[nodiscard]] Error wrong_length(const Attribute& attribute);

// Numbers, and structures of bytes alone as MacAddress. Copied out: a message need not be aligned.
template <class T>
[[nodiscard]] Status take(const Attribute& attribute, T& into) {
  static_assert(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>);
  if (attribute.content.size() != sizeof(T)) {
    return wrong_length(attribute);
  }
  std::memcpy(&into, attribute.content.data(), sizeof(T));
  return {};
}
template <class T>
[[nodiscard]] Status take(const Attribute& attribute, std::optional<T>& into) {
  T value{};
  const Status status = take(attribute, value);
  into = status ? std::optional{value} : std::nullopt;
  return status;
}

// One byte that is zero or not.
[[nodiscard]] Status take_switch(const Attribute& attribute, bool& into);
// Printable text of 1..longest bytes that ends with NUL.
[[nodiscard]] Status take_name(const Attribute& attribute, std::size_t longest, std::string& into);
// Bytes of any value, at most 'longest'; not for a terminal as they are.
[[nodiscard]] Status take_bytes(const Attribute& attribute, std::size_t longest, std::string& into);

// For a list that grows by what a message holds. ResourceExhausted: 'most' are there.
template <class T>
[[nodiscard]] Status add(std::vector<T>& list, T element, std::size_t most) {
  if (list.size() >= most) {
    return Error{ErrorCode::ResourceExhausted, "more elements of a list than anybody has"};
  }
  list.push_back(std::move(element));
  return {};
}

}  // namespace karkara::genetlink
