#include "controller/cli/render/render.h"

#include <algorithm>
#include <ostream>

#include "common/overloaded.h"
#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

constexpr std::size_t kReadableWidth = 100;

// The members behind apiVersion and kind.
Value enveloped(const std::string& kind, const Value& value) {
  Value::Object object{{"apiVersion", {std::string{"karkara/v1"}}}, {"kind", {kind}}};
  if (const auto* members = std::get_if<Value::Object>(&value.held)) {
    object.insert(object.end(), members->begin(), members->end());
  }
  return {std::move(object)};
}

void print_lines(const View& view, std::ostream& out) {
  const Value* list = view.list.empty() ? nullptr : view.value.find(view.list);
  const auto* elements = list != nullptr ? std::get_if<Value::Array>(&list->held) : nullptr;
  if (elements == nullptr) {
    out << to_json_line(enveloped(view.kind, view.value)) << '\n';
    return;
  }
  for (const Value& element : *elements) {
    out << to_json_line(enveloped(view.item, element)) << '\n';
  }
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines(1);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    std::string& line = lines.back();
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(word);
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
    at = end + 1;
  }
  return lines;
}

void print_facts(const Facts& facts, const Style& style, std::ostream& out) {
  std::size_t widest = 0;
  for (const auto& [label, cell] : facts) {
    widest = std::max(widest, display_width(label));
  }
  const std::size_t margin = widest + 2;
  const std::size_t width =
      style.width > margin + 20 ? std::min<std::size_t>(style.width, kReadableWidth) : kReadableWidth;
  for (const auto& [label, cell] : facts) {
    std::string lead = toned(label, Tone::Dim, style) + std::string(margin - display_width(label), ' ');
    for (const std::string& line : wrapped(clean_text(cell.text), width - margin)) {
      out << lead << toned(line, cell.tone, style) << '\n';
      lead.assign(margin, ' ');
    }
  }
}

void print_sections(const View& view, const Style& style, std::ostream& out) {
  bool first = true;
  for (const Section& section : view.sections) {
    if (!first) {
      out << '\n';
    }
    first = false;
    if (!section.title.empty()) {
      out << toned(clean_text(section.title), Tone::Strong, style) << '\n';
    }
    std::visit(Overloaded{
                   [&](const Facts& facts) { print_facts(facts, style, out); },
                   [&](const Table& table) { out << print(table, style); },
                   [&](const Lines& lines) {
                     for (const std::string& line : lines.lines) {
                       out << clean_text(line) << '\n';
                     }
                   },
               },
               section.body);
  }
}

}  // namespace

std::optional<Format> parse_format(std::string_view word) {
  if (word == "table") {
    return Format::Table;
  }
  if (word == "wide") {
    return Format::Wide;
  }
  if (word == "json") {
    return Format::Json;
  }
  if (word == "jsonl") {
    return Format::JsonLines;
  }
  if (word == "yaml") {
    return Format::Yaml;
  }
  return std::nullopt;
}

void render(const View& view, Format format, const Style& style, std::ostream& out) {
  switch (format) {
    case Format::Table: print_sections(view, style, out); break;
    case Format::Wide: {
      Style wide = style;
      wide.wide = true;
      print_sections(view, wide, out);
      break;
    }
    case Format::Json: out << to_json(enveloped(view.kind, view.value)); break;
    case Format::JsonLines: print_lines(view, out); break;
    case Format::Yaml: out << to_yaml(enveloped(view.kind, view.value)); break;
  }
}

const std::string* nothing_to_show(const View& view) {
  if (view.sections.size() != 1 || !view.sections.front().title.empty()) {
    return nullptr;
  }
  const auto* lines = std::get_if<Lines>(&view.sections.front().body);
  if (lines != nullptr) {
    return lines->lines.empty() ? &lines->nothing : nullptr;
  }
  const auto* table = std::get_if<Table>(&view.sections.front().body);
  return table != nullptr && table->rows.empty() ? &table->nothing : nullptr;
}

}  // namespace karkara::cli
