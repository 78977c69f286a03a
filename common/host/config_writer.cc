#include "common/host/config_writer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/host/field_rules.h"
#include "common/host/scalar_value.h"

namespace karkara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Words that some YAML reader takes for a value of another type.
bool is_yaml_word(std::string_view text) {
  constexpr std::array<std::string_view, 10> kWords{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"};
  std::string lower{text};
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  return std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
}

// Safe without quotes for every reader of YAML 1.1 and 1.2. A colon inside is fine, one at the end is not.
bool is_plain(std::string_view text) {
  const auto safe = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || std::string_view{"_-./:@+"}.find(c) != std::string_view::npos;
  };
  return !text.empty() && (is_letter(text.front()) || text.front() == '/') && text.back() != ':' &&
         std::all_of(text.begin(), text.end(), safe) && !is_yaml_word(text);
}

// Lines of printable ASCII, the first not indented, one line feed at the end: a literal block keeps exactly that.
bool is_block(std::string_view text) {
  const auto printable = [](char c) { return c == '\n' || (c >= ' ' && c < '\x7f'); };
  return text.size() > 1 && text.back() == '\n' && text[text.size() - 2] != '\n' && text.front() != ' ' &&
         text.front() != '\n' && std::all_of(text.begin(), text.end(), printable);
}

std::string block(std::string_view text, const std::string& indent) {
  std::string out = "|";
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    out += "\n";
    if (!line.empty()) {
      out += indent + "  " + std::string{line};
    }
  }
  return out;
}

std::string value_text(const Message& from, const FieldDescriptor& field, int index, const std::string& indent) {
  const std::string text = scalar_text(from, field, index);
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return text;
  }
  return index < 0 && is_block(text) ? block(text, indent) : yaml_text(text);
}

std::string section_text(const Message& message, const std::string& indent);

// "\n" and the section's lines, or " {}".
std::string nested(const Message& section, const std::string& indent) {
  const std::string lines = section_text(section, indent);
  return lines.empty() ? " {}\n" : "\n" + lines;
}

std::string list_text(const Message& message, const FieldDescriptor& field, const std::string& indent) {
  const Reflection& reflection = *message.GetReflection();
  std::string out = "\n";
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (!is_section(field)) {
      out += indent + "- " + value_text(message, field, i, indent) + "\n";
      continue;
    }
    const std::string lines = section_text(reflection.GetRepeatedMessage(message, &field, i), indent + "  ");
    out += indent + "- " + (lines.empty() ? "{}\n" : lines.substr(indent.size() + 2));
  }
  return out;
}

std::string section_text(const Message& message, const std::string& indent) {
  const Descriptor& schema = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  std::string out;
  for (int i = 0; i < schema.field_count(); ++i) {
    const FieldDescriptor& field = *schema.field(i);
    const std::string key = indent + field.name() + ":";
    if (field.is_repeated()) {
      if (reflection.FieldSize(message, &field) > 0) {
        out += key + list_text(message, field, indent + "  ");
      }
    } else if (reflection.HasField(message, &field)) {
      out += key + (is_section(field) ? nested(reflection.GetMessage(message, &field), indent + "  ")
                                      : " " + value_text(message, field, -1, indent) + "\n");
    }
  }
  return out;
}

}  // namespace

std::string write_config(const Message& message) {
  const std::string lines = section_text(message, "");
  return lines.empty() ? "{}\n" : lines;
}

std::string yaml_text(std::string_view text) {
  if (is_plain(text)) {
    return std::string{text};
  }
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append("\\").append(1, c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      out.append("\\x").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace karkara
