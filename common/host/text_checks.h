// What a text in a configuration must look like: the kinds of karkara.v1.TextKind, and what no text may hold (control
// characters that would rewrite a terminal or a log). Refuses to resolve or open anything that a text names.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"
#include "karkara/v1/options.pb.h"

namespace karkara {

// InvalidArgument says what the text is not and what is allowed. Hexadecimal is never repeated: it is mostly a secret.
[[nodiscard]] Status check_text(std::string_view text, v1::TextKind kind);
[[nodiscard]] std::string_view kind_noun(v1::TextKind kind);     // "a Linux interface name"
[[nodiscard]] std::string_view kind_allowed(v1::TextKind kind);  // "1 to 15 characters, no space, ..."

// Offset of the first byte that is not UTF-8 (overlong forms and surrogates are not).
[[nodiscard]] std::optional<std::size_t> first_non_utf8(std::string_view text);
// Offset of the first control character (C0, DEL, C1) other than those in `but`.
[[nodiscard]] std::optional<std::size_t> first_control(std::string_view utf8, std::string_view but);
[[nodiscard]] std::size_t count_characters(std::string_view utf8);

// In quotes, for an error: cut after 60 bytes, control characters as "\x1b".
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace karkara
