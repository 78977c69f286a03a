// Text made safe for where it goes: names come from lists that anybody wrote. A field of a CSV cannot be a formula, a
// text in XML, HTML or JSON cannot end it, bytes that are no UTF-8 and control characters become U+FFFD. And numbers as
// text, the same on every machine whatever its locale. Refuses to know formats; layer_texts and report build them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace karkara::planner {

[[nodiscard]] std::string clean_utf8(std::string_view text);

// In quotes when it must be; an apostrophe before what a spreadsheet would run (=, +, -, @, tab).
[[nodiscard]] std::string csv_text(std::string_view text);
// Also safe within attributes in double or single quotes.
[[nodiscard]] std::string xml_text(std::string_view text);
// With its quotes.
[[nodiscard]] std::string json_text(std::string_view text);

// Fixed digits behind the point. Empty for what is not finite.
[[nodiscard]] std::string decimal(double value, int digits);

enum class Language { English, French };
// 1,234,567 or 1 234 567 (with U+202F, which does not break).
[[nodiscard]] std::string grouped(std::int64_t value, Language language);
// 12.3 or 12,3.
[[nodiscard]] std::string decimal(double value, int digits, Language language);

}  // namespace karkara::planner
