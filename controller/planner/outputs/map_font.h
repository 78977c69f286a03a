// Letters of five by seven dots, drawn by hand: ASCII and the accents of French. Refuses other scripts: what it does
// not know becomes a box. Called by MapCanvas.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace karkara::planner {

inline constexpr int kGlyphRows = 10;  // two for accents of capitals, seven, one for cedillas
inline constexpr int kGlyphWidth = 6;  // with the gap

using Glyph = std::array<std::uint8_t, kGlyphRows>;  // of each row five bits, the leftmost is 16

// Of a text in UTF-8; broken sequences are boxes.
[[nodiscard]] std::vector<Glyph> glyphs_of(std::string_view utf8);

}  // namespace karkara::planner
