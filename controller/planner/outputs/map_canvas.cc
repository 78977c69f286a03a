#include "controller/planner/outputs/map_canvas.h"

#include <algorithm>
#include <cmath>

#include "controller/planner/outputs/map_font.h"

namespace karkara::planner {
namespace {

double squared(double x) {
  return x * x;
}

double away_from_line(double x, double y, Dot from, Dot to) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double length = squared(dx) + squared(dy);
  const double part = length > 0 ? std::clamp(((x - from.x) * dx + (y - from.y) * dy) / length, 0.0, 1.0) : 0;
  return std::sqrt(squared(x - from.x - part * dx) + squared(y - from.y - part * dy));
}

bool is_drawable(Dot dot) {
  return std::abs(dot.x) < 1e6 && std::abs(dot.y) < 1e6;  // false for NaN as well
}

}  // namespace

MapCanvas::MapCanvas(int width, int height, Colour background)
    : width_{width}, height_{height}, pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {
  for (std::size_t i = 0; i < pixels_.size(); i += 3) {
    pixels_[i] = background.red;
    pixels_[i + 1] = background.green;
    pixels_[i + 2] = background.blue;
  }
}

Colour MapCanvas::at(int x, int y) const {
  const std::size_t i =
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3;
  return {pixels_[i], pixels_[i + 1], pixels_[i + 2]};
}

void MapCanvas::blend(int x, int y, Colour colour, double share) {
  const std::size_t i =
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3;
  const auto mix = [&](std::uint8_t& pixel, std::uint8_t wanted) {
    pixel = static_cast<std::uint8_t>(std::lround(pixel + (wanted - pixel) * std::clamp(share, 0.0, 1.0)));
  };
  mix(pixels_[i], colour.red);
  mix(pixels_[i + 1], colour.green);
  mix(pixels_[i + 2], colour.blue);
}

template <class Paint>
void MapCanvas::in_box(double west, double north, double east, double south, Paint&& paint) {
  const int x0 = std::max(0, static_cast<int>(std::floor(west)));
  const int y0 = std::max(0, static_cast<int>(std::floor(north)));
  const int x1 = std::min(width_ - 1, static_cast<int>(std::ceil(east)));
  const int y1 = std::min(height_ - 1, static_cast<int>(std::ceil(south)));
  for (int y = y0; y <= y1; ++y) {
    for (int x = x0; x <= x1; ++x) {
      paint(x, y);
    }
  }
}

void MapCanvas::line(Dot from, Dot to, Colour colour, double width) {
  if (!is_drawable(from) || !is_drawable(to)) {
    return;
  }
  const double reach = width / 2 + 1;
  in_box(std::min(from.x, to.x) - reach, std::min(from.y, to.y) - reach, std::max(from.x, to.x) + reach,
         std::max(from.y, to.y) + reach, [&](int x, int y) {
           const double share = width / 2 + 0.5 - away_from_line(x + 0.5, y + 0.5, from, to);
           if (share > 0) {
             blend(x, y, colour, share);
           }
         });
}

void MapCanvas::disc(Dot middle, double radius, Colour colour) {
  line(middle, middle, colour, 2 * radius);
}

void MapCanvas::polygon(const std::vector<std::vector<Dot>>& rings, Colour colour) {
  std::vector<double> crossings;
  for (int y = 0; y < height_; ++y) {
    crossings.clear();
    const double middle = y + 0.5;
    for (const auto& ring : rings) {
      for (std::size_t i = 0; i < ring.size(); ++i) {
        const Dot a = ring[i];
        const Dot b = ring[(i + 1) % ring.size()];
        if ((a.y > middle) != (b.y > middle)) {
          crossings.push_back(a.x + (middle - a.y) / (b.y - a.y) * (b.x - a.x));
        }
      }
    }
    std::sort(crossings.begin(), crossings.end());
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
      const double west = std::clamp(crossings[i], 0.0, static_cast<double>(width_));
      const double east = std::clamp(crossings[i + 1], 0.0, static_cast<double>(width_));
      for (int x = static_cast<int>(west); x < width_ && x < east; ++x) {
        blend(x, y, colour, std::min(x + 1.0, east) - std::max(static_cast<double>(x), west));
      }
    }
  }
}

void MapCanvas::text(Dot at, std::string_view utf8, Colour colour, int size) {
  const int left = static_cast<int>(at.x);
  const int top = static_cast<int>(at.y);
  int column = 0;
  for (const Glyph& glyph : glyphs_of(utf8)) {
    for (int row = 0; row < kGlyphRows; ++row) {
      for (int dot = 0; dot < 5; ++dot) {
        if ((glyph[static_cast<std::size_t>(row)] >> (4 - dot) & 1) == 0) {
          continue;
        }
        const int x = left + (column + dot) * size;
        const int y = top + row * size;
        in_box(x, y, x + size - 1, y + size - 1, [&](int px, int py) { blend(px, py, colour, 1); });
      }
    }
    column += kGlyphWidth;
  }
}

int MapCanvas::text_width(std::string_view utf8, int size) {
  return static_cast<int>(glyphs_of(utf8).size()) * kGlyphWidth * size;
}

}  // namespace karkara::planner
