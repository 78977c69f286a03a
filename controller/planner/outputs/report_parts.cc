#include "controller/planner/outputs/report_parts.h"

#include <cstddef>
#include <cstdint>

#include "controller/planner/outputs/text.h"

namespace karkara::planner::html {
namespace {

constexpr double kWide = 640;
constexpr double kHigh = 320;
constexpr double kLeft = 70;
constexpr double kTop = 14;

constexpr const char* kStyle =
    "body{font:14px/1.45 system-ui,'DejaVu Sans',sans-serif;color:#222;max-width:960px;margin:24px auto;padding:0 16px}"
    "h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:28px 0 6px;border-bottom:2px solid "
    "#1f56b0;padding-bottom:3px}"
    "table{border-collapse:collapse;margin:8px 0;width:100%}th,td{padding:3px 8px;border-bottom:1px solid #ddd;"
    "text-align:right;font-variant-numeric:tabular-nums}th{border-bottom:2px solid #999;vertical-align:bottom}"
    ".w{text-align:left}.note{color:#555}.warn{background:#fdf1dc;border-left:4px solid #e68c14;padding:8px 12px}"
    "img{max-width:100%;border:1px solid #ccc}li{margin:2px 0}svg{width:100%;height:auto}"
    "@media print{body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}tr{break-inside:avoid}"
    "table{font-size:10px}@page{size:A4;margin:15mm}}";

std::string number(double value) {
  return decimal(value, 1);
}

std::string svg_text(double x, double y, const std::string& anchor, const std::string& text, const char* more = "") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\"" + more + ">" +
         xml_text(text) + "</text>";
}

std::string svg_line(double x1, double y1, double x2, double y2, const char* colour) {
  return "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
         "\" stroke=\"" + colour + "\"/>";
}

}  // namespace

std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows,
                  std::size_t words) {
  const auto cells = [&](const std::vector<std::string>& texts, const std::string& tag) {
    std::string text = "<tr>";
    for (std::size_t i = 0; i < texts.size(); ++i) {
      text += "<" + tag + (i < words ? " class=\"w\">" : ">") + xml_text(texts[i]) + "</" + tag + ">";
    }
    return text + "</tr>\n";
  };
  std::string text = "<table><thead>" + cells(head, "th") + "</thead><tbody>\n";
  for (const auto& row : rows) {
    text += cells(row, "td");
  }
  return text + "</tbody></table>\n";
}

std::string heading(const std::string& text) {
  return "<h2>" + xml_text(text) + "</h2>\n";
}

std::string paragraph(const std::string& text, const char* style) {
  return (style == nullptr ? std::string{"<p>"} : "<p class=\"" + std::string{style} + "\">") + xml_text(text) +
         "</p>\n";
}

std::string base64(const std::string& bytes) {
  constexpr const char* kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(bytes.size() / 3 * 4 + 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k <= bytes.size() ? kLetters[group >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return text;
}

std::string curve(const std::vector<CurveDot>& dots, const std::vector<AxisMark>& along,
                  const std::vector<AxisMark>& up, const std::string& x_title, const std::string& y_title) {
  const auto x_of = [](double x) { return kLeft + x * kWide; };
  const auto y_of = [](double y) { return kTop + (1 - y) * kHigh; };
  std::string text = "<svg viewBox=\"0 0 730 390\" role=\"img\" font-size=\"12\" fill=\"#333\">";
  for (const AxisMark& mark : up) {
    text += svg_line(kLeft, y_of(mark.at), kLeft + kWide, y_of(mark.at), "#ddd");
    text += svg_text(kLeft - 6, y_of(mark.at) + 4, "end", mark.text);
  }
  for (const AxisMark& mark : along) {
    text += svg_line(x_of(mark.at), kTop, x_of(mark.at), kTop + kHigh, "#eee");
    text += svg_text(x_of(mark.at), kTop + kHigh + 16, "middle", mark.text);
  }
  text += svg_line(kLeft, kTop + kHigh, kLeft + kWide, kTop + kHigh, "#333");
  text += svg_line(kLeft, kTop, kLeft, kTop + kHigh, "#333");
  std::string way = "M" + number(kLeft) + " " + number(kTop + kHigh);
  for (const CurveDot& dot : dots) {
    way += "L" + number(x_of(dot.x)) + " " + number(y_of(dot.y));
  }
  text += "<path d=\"" + way + "\" fill=\"none\" stroke=\"#1f56b0\" stroke-width=\"2.5\"/>";
  text += svg_text(kLeft + kWide / 2, kTop + kHigh + 40, "middle", x_title);
  text += svg_text(14, kTop + kHigh / 2, "middle", y_title, " transform=\"rotate(-90 14 174)\"");
  return text + "</svg>\n";
}

std::string page(const std::string& language, const std::string& title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"" + xml_text(language) +
         "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
         "img-src "
         "data:\"><title>" +
         xml_text(title) + "</title><style>" + kStyle + "</style></head><body>\n" + body + "</body></html>\n";
}

}  // namespace karkara::planner::html
