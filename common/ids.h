// Names of things as distinct types, so that a site is never passed where an uplink is meant.
// Refuses text that is not a plain name: it ends up in file names, labels and certificates.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <utility>

#include "common/result.h"

namespace karkara {

// True for 1..40 characters of a-z, 0-9 and '-', starting with a letter or digit and not ending in '-'.
[[nodiscard]] bool is_plain_name(std::string_view text);

template <class Tag>
class Name {
 public:
  Name() = default;
  // InvalidArgument unless is_plain_name(text).
  static Result<Name> parse(std::string_view text) {
    if (!is_plain_name(text)) {
      return Error{ErrorCode::InvalidArgument,
                   "'" + std::string{text} + "' is not a name (a-z, 0-9 and '-', at most 40)"};
    }
    Name name;
    name.text_ = text;
    return name;
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  std::string text_;
};

using SiteId = Name<struct SiteTag>;
using UplinkId = Name<struct UplinkTag>;
using DeviceId = Name<struct DeviceTag>;
using AnchorId = Name<struct AnchorTag>;
using ClassId = Name<struct ServiceClassTag>;
using RadioId = Name<struct RadioTag>;

}  // namespace karkara
