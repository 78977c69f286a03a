#include "common/host/field_rules.h"

#include <cctype>

#include "common/host/text_checks.h"
#include "common/host/unit_text.h"

namespace karkara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

// "UPLINK_KIND_" for UplinkKind.
std::string value_prefix(const EnumDescriptor& choices) {
  std::string prefix;
  for (const char c : choices.name()) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !prefix.empty()) {
      prefix += '_';
    }
    prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return prefix + "_";
}

std::string without_full_stop(std::string text) {
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

// What is counted: " characters", " elements", or nothing for a value with its unit.
std::string counted(const FieldDescriptor& field) {
  if (field.is_repeated()) {
    return " elements";
  }
  return field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ? " characters" : "";
}

std::string choice_text(const EnumDescriptor& choices) {
  return (enum_choices(choices).size() > 1 ? "one of " : "") + enum_text(choices, false);
}

std::string type_text(const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM: return choice_text(*field.enum_type());
    case FieldDescriptor::CPPTYPE_MESSAGE: return field.is_repeated() ? "a list" : "a section";
    case FieldDescriptor::CPPTYPE_STRING: return std::string{kind_noun(rule.text())};
    default: break;  // foreign: protobuf's field types, here the numbers
  }
  return rule.unit() == v1::UNIT_NONE && is_whole_number(field) ? "a whole number" : std::string{noun(rule.unit())};
}

}  // namespace

const v1::FieldRule& rule_of(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::rule);
}

bool is_section(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

bool is_whole_number(const FieldDescriptor& field) {
  const auto type = field.cpp_type();
  return type == FieldDescriptor::CPPTYPE_INT32 || type == FieldDescriptor::CPPTYPE_INT64 ||
         type == FieldDescriptor::CPPTYPE_UINT32 || type == FieldDescriptor::CPPTYPE_UINT64;
}

bool is_required(const FieldDescriptor& field) {
  return rule_of(field).required() || (field.is_repeated() && rule_of(field).min() > 0);
}

const FieldDescriptor* key_field(const Descriptor& message) {
  for (int i = 0; i < message.field_count(); ++i) {
    if (rule_of(*message.field(i)).key()) {
      return message.field(i);
    }
  }
  return nullptr;
}

std::string enum_word(const EnumValueDescriptor& value) {
  const std::string prefix = value_prefix(*value.type());
  std::string word = value.name();
  if (word.starts_with(prefix)) {
    word.erase(0, prefix.size());
  }
  for (char& c : word) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

std::vector<const EnumValueDescriptor*> enum_choices(const EnumDescriptor& choices) {
  std::vector<const EnumValueDescriptor*> values;
  for (int i = 0; i < choices.value_count(); ++i) {
    if (choices.value(i)->number() != 0) {
      values.push_back(choices.value(i));
    }
  }
  return values;
}

std::string enum_text(const EnumDescriptor& choices, bool with_help) {
  std::string text;
  for (const EnumValueDescriptor* value : enum_choices(choices)) {
    text += (text.empty() ? "" : ", ") + enum_word(*value);
    const std::string& help = value->options().GetExtension(v1::value_rule).help();
    if (with_help && !help.empty()) {
      text += " (" + without_full_stop(help) + ")";
    }
  }
  return text;
}

std::string range_text(const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  const bool length = field.is_repeated() || field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  const auto bound = [&](double value) {
    return bound_text(value, length || is_whole_number(field), length ? v1::UNIT_NONE : rule.unit());
  };
  if (rule.has_min() && rule.has_max()) {
    if (rule.min() == rule.max()) {
      return "exactly " + bound(rule.min()) + counted(field);
    }
    return bound(rule.min()) + " to " + bound(rule.max()) + counted(field);
  }
  if (rule.has_min()) {
    return "at least " + bound(rule.min()) + counted(field);
  }
  return rule.has_max() ? "at most " + bound(rule.max()) + counted(field) : "";
}

std::string allowed_text(const FieldDescriptor& field) {
  const std::string range = range_text(field);
  const bool scalars = field.is_repeated() && !is_section(field);
  const std::string type = scalars ? "a list, each " + type_text(field) : type_text(field);
  return range.empty() ? type : type + ", " + range;
}

}  // namespace karkara
