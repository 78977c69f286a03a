// A view in the format that was asked for. The only place that knows the envelope: apiVersion and kind.
// Refuses to decide about colour and width: the style says. Called by Invocation::show.
#pragma once

#include <iosfwd>
#include <optional>
#include <string_view>

#include "controller/cli/render/view.h"

namespace karkara::cli {

enum class Format { Table, Wide, Json, JsonLines, Yaml };

inline constexpr std::string_view kFormatWords = "table wide json jsonl yaml";

[[nodiscard]] std::optional<Format> parse_format(std::string_view word);

void render(const View& view, Format format, const Style& style, std::ostream& out);

// True when people would see nothing but the table's "No ...": it goes to standard error then, so that pipes stay
// empty.
[[nodiscard]] const std::string* nothing_to_show(const View& view);

}  // namespace karkara::cli
