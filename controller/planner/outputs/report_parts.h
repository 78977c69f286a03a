// Pieces of the report's HTML: tables, the curve's drawing, pictures. Refuses to know plans. Called by report.cc.
#pragma once

#include <string>
#include <vector>

namespace karkara::planner::html {

// A table; cells are texts, made safe here. The first `words` columns are left-aligned, the others are numbers.
[[nodiscard]] std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                                std::size_t words);
[[nodiscard]] std::string heading(const std::string& text);
[[nodiscard]] std::string paragraph(const std::string& text, const char* style = nullptr);
[[nodiscard]] std::string base64(const std::string& bytes);

struct CurveDot {
  double x = 0, y = 0;  // 0..1
};
struct AxisMark {
  double at = 0;  // 0..1
  std::string text;
};
// An SVG of steps from the lower left, with marks along both axes.
[[nodiscard]] std::string curve(const std::vector<CurveDot>& dots, const std::vector<AxisMark>& along,
                                const std::vector<AxisMark>& up, const std::string& x_title,
                                const std::string& y_title);

// What stands before and behind everything.
[[nodiscard]] std::string page(const std::string& language, const std::string& title, const std::string& body);

}  // namespace karkara::planner::html
