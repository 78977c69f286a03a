#include "scripts/docgen/json_schema.h"

#include <array>

#include "common/host/field_rules.h"
#include "common/host/unit_text.h"
#include "scripts/docgen/json_text.h"

namespace karkara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

// Empty: no short pattern says it.
std::string_view pattern_of(v1::TextKind kind) {
  switch (kind) {
    case v1::TEXT_NAME: return "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$";
    case v1::TEXT_INTERFACE: return "^[!-$&-.0-9;-~]{1,15}$";
    case v1::TEXT_ENDPOINT: return "^.+:[0-9]{1,5}$";
    case v1::TEXT_PATH: return "^/";
    case v1::TEXT_HEX: return "^([0-9a-fA-F]{2})*$";
    case v1::TEXT_PREFIX: return "^[0-9a-fA-F.:]+/[0-9]{1,3}$";
    default: return "";  // foreign: protobuf's field types
  }
}

void add_bounds(Json& json, const v1::FieldRule& rule, std::string_view least, std::string_view most) {
  if (rule.has_min()) {
    json.add(least, Json::number(rule.min()));
  }
  if (rule.has_max()) {
    json.add(most, Json::number(rule.max()));
  }
}

// "30s" as text, or a plain 0.
Json with_unit(v1::Unit unit) {
  std::string suffixes;
  for (const UnitSpelling& spelling : spellings(unit)) {
    suffixes += (suffixes.empty() ? "" : "|") + std::string{spelling.suffix};
  }
  Json text = Json::object();
  text.add("type", Json::text("string")).add("pattern", Json::text("^-?[0-9]+([.][0-9]+)?(" + suffixes + ")$"));
  Json zero = Json::object();
  zero.add("const", Json::number(0));
  return Json::array().add(std::move(text)).add(std::move(zero));
}

void add_number(Json& json, const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  if (!spellings(rule.unit()).empty()) {
    json.add("anyOf", with_unit(rule.unit()));
    return;
  }
  json.add("type", Json::text(is_whole_number(field) ? "integer" : "number"));
  add_bounds(json, rule, "minimum", "maximum");
}

void add_text(Json& json, const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  json.add("type", Json::text("string"));
  if (const std::string_view pattern = pattern_of(rule.text()); !pattern.empty()) {
    json.add("pattern", Json::text(pattern));
  }
  if (!field.is_repeated()) {
    add_bounds(json, rule, "minLength", "maxLength");
  }
}

void add_section(Json& json, const Descriptor& message);

// One value: of the field, or of each element when it is a list.
void add_type(Json& json, const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL: json.add("type", Json::text("boolean")); break;
    case FieldDescriptor::CPPTYPE_STRING: add_text(json, field); break;
    case FieldDescriptor::CPPTYPE_MESSAGE: add_section(json, *field.message_type()); break;
    case FieldDescriptor::CPPTYPE_ENUM: {
      Json words = Json::array();
      for (const EnumValueDescriptor* value : enum_choices(*field.enum_type())) {
        words.add(Json::text(enum_word(*value)));
      }
      json.add("enum", std::move(words));
      break;
    }
    default: add_number(json, field); break;  // foreign: protobuf's field types
  }
}

// A value as JSON has it: numbers and truth without quotes.
Json plain_value(const FieldDescriptor& field, const std::string& text) {
  const bool number = field.cpp_type() != FieldDescriptor::CPPTYPE_STRING &&
                      field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM && spellings(rule_of(field).unit()).empty() &&
                      field.cpp_type() != FieldDescriptor::CPPTYPE_BOOL;
  if (number) {
    return Json::number(std::stod(text));
  }
  return field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL ? Json::boolean(text == "true") : Json::text(text);
}

std::string description(const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  std::string text = rule.help();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    text += " One of: " + enum_text(*field.enum_type(), true) + ".";
  } else if (const std::string range = range_text(field); !range.empty()) {
    text += " Allowed: " + range + ".";
  }
  return text;
}

Json field_schema(const FieldDescriptor& field) {
  const v1::FieldRule& rule = rule_of(field);
  Json json = Json::object();
  json.add("description", Json::text(description(field)));
  if (field.is_repeated()) {
    Json element = Json::object();
    add_type(element, field);
    json.add("type", Json::text("array"));
    add_bounds(json, rule, "minItems", "maxItems");
    json.add("items", std::move(element));
    return json;
  }
  add_type(json, field);
  if (!rule.default_value().empty()) {
    json.add("default", plain_value(field, rule.default_value()));
  }
  if (!rule.example().empty()) {
    json.add("examples", Json::array().add(plain_value(field, rule.example())));
  }
  return json;
}

void add_section(Json& json, const Descriptor& message) {
  Json properties = Json::object();
  Json required = Json::array();
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    properties.add(field.name(), field_schema(field));
    if (is_required(field)) {
      required.add(Json::text(field.name()));
    }
  }
  json.add("type", Json::text("object"));
  if (!required.empty()) {
    json.add("required", std::move(required));
  }
  json.add("additionalProperties", Json::boolean(false)).add("properties", std::move(properties));
}

}  // namespace

std::string json_schema(const Descriptor& message, std::string_view title) {
  Json json = Json::object();
  json.add("$schema", Json::text("https://json-schema.org/draft/2020-12/schema"));
  json.add("title", Json::text(title));
  json.add("$comment", Json::text("Made by scripts/generate-docs from proto/karkara/v1: edit there."));
  add_section(json, message);
  return json.print() + "\n";
}

}  // namespace karkara
