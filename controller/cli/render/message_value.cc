// value_of(): protobuf's reflection, so that each field of each message is in the JSON without anyone writing it.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "controller/cli/render/value.h"

namespace karkara::cli {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// SiteState -> "SITE_STATE_"
std::string prefix_of(const EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !prefix.empty()) {
      prefix += '_';
    }
    prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return prefix + '_';
}

Value enum_value(const EnumDescriptor& type, int number) {
  const auto* found = type.FindValueByNumber(number);
  if (found == nullptr) {
    return {std::int64_t{number}};  // a newer controller's: still a stable thing to say
  }
  const std::string prefix = prefix_of(type);
  std::string name = found->name().rfind(prefix, 0) == 0 ? found->name().substr(prefix.size()) : found->name();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return {std::move(name)};
}

Value string_value(const FieldDescriptor& field, const std::string& text) {
  if (field.type() != FieldDescriptor::TYPE_BYTES) {
    return {text};
  }
  std::string hex;
  for (const char c : text) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return {std::move(hex)};
}

Value single(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: return {std::int64_t{reflection.GetInt32(message, &field)}};
    case FieldDescriptor::CPPTYPE_INT64: return {std::int64_t{reflection.GetInt64(message, &field)}};
    case FieldDescriptor::CPPTYPE_UINT32: return {std::uint64_t{reflection.GetUInt32(message, &field)}};
    case FieldDescriptor::CPPTYPE_UINT64: return {std::uint64_t{reflection.GetUInt64(message, &field)}};
    case FieldDescriptor::CPPTYPE_DOUBLE: return {reflection.GetDouble(message, &field)};
    case FieldDescriptor::CPPTYPE_FLOAT: return {double{reflection.GetFloat(message, &field)}};
    case FieldDescriptor::CPPTYPE_BOOL: return {reflection.GetBool(message, &field)};
    case FieldDescriptor::CPPTYPE_ENUM: return enum_value(*field.enum_type(), reflection.GetEnumValue(message, &field));
    case FieldDescriptor::CPPTYPE_STRING: return string_value(field, reflection.GetString(message, &field));
    case FieldDescriptor::CPPTYPE_MESSAGE: return value_of(reflection.GetMessage(message, &field));
  }
  return {};
}

Value element(const Message& message, const FieldDescriptor& field, int at) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: return {std::int64_t{reflection.GetRepeatedInt32(message, &field, at)}};
    case FieldDescriptor::CPPTYPE_INT64: return {std::int64_t{reflection.GetRepeatedInt64(message, &field, at)}};
    case FieldDescriptor::CPPTYPE_UINT32: return {std::uint64_t{reflection.GetRepeatedUInt32(message, &field, at)}};
    case FieldDescriptor::CPPTYPE_UINT64: return {std::uint64_t{reflection.GetRepeatedUInt64(message, &field, at)}};
    case FieldDescriptor::CPPTYPE_DOUBLE: return {reflection.GetRepeatedDouble(message, &field, at)};
    case FieldDescriptor::CPPTYPE_FLOAT: return {double{reflection.GetRepeatedFloat(message, &field, at)}};
    case FieldDescriptor::CPPTYPE_BOOL: return {reflection.GetRepeatedBool(message, &field, at)};
    case FieldDescriptor::CPPTYPE_ENUM:
      return enum_value(*field.enum_type(), reflection.GetRepeatedEnumValue(message, &field, at));
    case FieldDescriptor::CPPTYPE_STRING: return string_value(field, reflection.GetRepeatedString(message, &field, at));
    case FieldDescriptor::CPPTYPE_MESSAGE: return value_of(reflection.GetRepeatedMessage(message, &field, at));
  }
  return {};
}

Value field_value(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) {
    Value::Array array;
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      array.push_back(element(message, field, i));
    }
    return {std::move(array)};
  }
  if (field.has_presence() && !reflection.HasField(message, &field)) {
    return {};
  }
  return single(message, field);
}

}  // namespace

Value value_of(const Message& message) {
  const auto& type = *message.GetDescriptor();
  Value::Object object;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    object.push_back({field.name(), field_value(message, field)});
  }
  return {std::move(object)};
}

}  // namespace karkara::cli
