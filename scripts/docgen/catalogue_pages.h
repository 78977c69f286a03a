// docs/messages.md and docs/series.md, from the catalogues in common/messages and common/series.
#pragma once

#include <string>

namespace karkara {

[[nodiscard]] std::string messages_page();
[[nodiscard]] std::string series_page();

}  // namespace karkara
