#include "controller/cli/render/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "common/overloaded.h"
#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

std::string escaped(char32_t c) {
  switch (c) {
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    case '"': return "\\\"";
    case '\\': return "\\\\";
    default: break;  // foreign: a character
  }
  if (c < 0x10000) {
    return fmt::format("\\u{:04x}", static_cast<unsigned>(c));
  }
  const auto above = static_cast<unsigned>(c) - 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (above >> 10), 0xdc00 + (above & 0x3ff));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, length] = decode_at(text, at);
    const bool broken = c == 0xfffd;
    if (c == '"' || c == '\\' || broken || is_treacherous(c)) {
      out += escaped(c);
    } else {
      out += text.substr(at, length);
    }
    at += length;
  }
  return out + '"';
}

std::string scalar(const Value& value) {
  return std::visit(Overloaded{
                        [](std::monostate) -> std::string { return "null"; },
                        [](bool b) -> std::string { return b ? "true" : "false"; },
                        [](std::int64_t n) { return fmt::format("{}", n); },
                        [](std::uint64_t n) { return fmt::format("{}", n); },
                        [](double d) -> std::string { return std::isfinite(d) ? fmt::format("{}", d) : "null"; },
                        [](const std::string& text) { return quoted(text); },
                        [](const Value::Array&) -> std::string { return "[]"; },
                        [](const Value::Object&) -> std::string { return "{}"; },
                    },
                    value.held);
}

// How a writer lays out JSON: everything on one line, or one element a line.
struct Layout {
  bool lines;
  int depth = 0;

  [[nodiscard]] std::string start() const {
    return lines ? "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' ') : "";
  }
  [[nodiscard]] Layout deeper() const { return {lines, depth + 1}; }
};

void write_json(const Value& value, const Layout& layout, std::string& out) {
  const Layout inner = layout.deeper();
  if (const auto* array = std::get_if<Value::Array>(&value.held); array != nullptr && !array->empty()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      out += (i == 0 ? "[" : ",") + inner.start();
      write_json((*array)[i], inner, out);
    }
    out += layout.start() + "]";
  } else if (const auto* object = std::get_if<Value::Object>(&value.held); object != nullptr && !object->empty()) {
    for (std::size_t i = 0; i < object->size(); ++i) {
      out += (i == 0 ? "{" : ",") + inner.start() + quoted((*object)[i].key) + (layout.lines ? ": " : ":");
      write_json((*object)[i].value, inner, out);
    }
    out += layout.start() + "}";
  } else {
    out += scalar(value);
  }
}

// Plain YAML only for words that no YAML reader takes for something else; all other strings are quoted as in JSON.
bool is_plain_word(std::string_view text) {
  constexpr auto kReserved = std::to_array<std::string_view>(
      {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "True", "False", "Null", "Yes", "No", "On", "Off"});
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto inside = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/'; };
  return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), inside) &&
         std::find(kReserved.begin(), kReserved.end(), text) == kReserved.end();
}

std::string yaml_scalar(const Value& value) {
  const auto* text = std::get_if<std::string>(&value.held);
  return text != nullptr && is_plain_word(*text) ? *text : scalar(value);
}

bool is_nested(const Value& value) {
  const auto* array = std::get_if<Value::Array>(&value.held);
  const auto* object = std::get_if<Value::Object>(&value.held);
  return (array != nullptr && !array->empty()) || (object != nullptr && !object->empty());
}

// Writes without the indent of its first line, which the caller has written.
void write_yaml(const Value& value, std::size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  bool first = true;
  if (const auto* array = std::get_if<Value::Array>(&value.held); array != nullptr && !array->empty()) {
    for (const Value& element : *array) {
      out += (first ? "" : margin) + "- ";
      write_yaml(element, indent + 2, out);
      first = false;
    }
  } else if (const auto* object = std::get_if<Value::Object>(&value.held); object != nullptr && !object->empty()) {
    for (const Member& member : *object) {
      out += (first ? "" : margin) + (is_plain_word(member.key) ? member.key : quoted(member.key)) + ":";
      if (is_nested(member.value)) {
        out += "\n" + margin + "  ";
        write_yaml(member.value, indent + 2, out);
      } else {
        out += " " + yaml_scalar(member.value) + "\n";
      }
      first = false;
    }
  } else {
    out += yaml_scalar(value) + "\n";
  }
}

}  // namespace

const Value* Value::find(std::string_view key) const {
  const auto* object = std::get_if<Object>(&held);
  if (object == nullptr) {
    return nullptr;
  }
  const auto at = std::find_if(object->begin(), object->end(), [&](const Member& member) { return member.key == key; });
  return at != object->end() ? &at->value : nullptr;
}

std::string to_json_line(const Value& value) {
  std::string out;
  write_json(value, Layout{false}, out);
  return out;
}

std::string to_json(const Value& value) {
  std::string out;
  write_json(value, Layout{true}, out);
  return out + '\n';
}

std::string to_yaml(const Value& value) {
  std::string out;
  write_yaml(value, 0, out);
  return out;
}

}  // namespace karkara::cli
