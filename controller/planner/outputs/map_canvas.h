// A picture in memory: lines, discs, polygons and text with soft edges. Refuses files and maps: plan_map draws on it,
// controller/planner_io writes it. The same strokes give the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace karkara::planner {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
  friend bool operator==(const Colour&, const Colour&) = default;
};

struct Dot {  // in pixels, from the upper left corner
  double x = 0, y = 0;
};

class MapCanvas {
 public:
  MapCanvas(int width, int height, Colour background);

  void line(Dot from, Dot to, Colour colour, double width);
  void disc(Dot middle, double radius, Colour colour);
  // By the even-odd rule over all rings.
  void polygon(const std::vector<std::vector<Dot>>& rings, Colour colour);
  // Upper left corner of the first letter. `size`: pixels of one dot of the font, which is 6 by 10.
  void text(Dot at, std::string_view utf8, Colour colour, int size);
  [[nodiscard]] static int text_width(std::string_view utf8, int size);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] Colour at(int x, int y) const;
  // Red, green, blue of each pixel, row by row.
  [[nodiscard]] const std::vector<std::uint8_t>& pixels() const { return pixels_; }

 private:
  void blend(int x, int y, Colour colour, double share);
  // Calls paint(x, y) for the pixels of a box that are on the canvas.
  template <class Paint>
  void in_box(double west, double north, double east, double south, Paint&& paint);

  int width_;
  int height_;
  std::vector<std::uint8_t> pixels_;
};

}  // namespace karkara::planner
