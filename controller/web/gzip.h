// A text packed as gzip (RFC 1952), quickly rather than tightly. Refuses to unpack. Called for pages that are large.
#pragma once

#include <string>
#include <string_view>

namespace karkara {

// Empty when there is no memory for it: then the page goes as it is.
[[nodiscard]] std::string gzipped(std::string_view text);

}  // namespace karkara
