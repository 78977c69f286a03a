#include "common/host/scalar_value.h"

#include <cstdint>
#include <limits>

#include "common/host/field_rules.h"
#include "common/host/nearest_name.h"
#include "common/host/text_checks.h"
#include "common/host/unit_text.h"

namespace karkara {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// A text with room for more than this is a document (a certificate) and may have lines; others are shown in tables.
constexpr double kLongestLine = 1000;

Error refusal(std::string what) {
  return {ErrorCode::InvalidArgument, std::move(what)};
}

bool is_within(double value, const v1::FieldRule& rule) {
  return (!rule.has_min() || value >= rule.min()) && (!rule.has_max() || value <= rule.max());
}

Error out_of_range(std::string_view text, const FieldDescriptor& field) {
  return refusal(in_quotes(text) + " is out of range: must be " + range_text(field));
}

struct SignedLimits {
  std::int64_t least;
  std::uint64_t most;
};

SignedLimits limits_of(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
    case FieldDescriptor::CPPTYPE_UINT32: return {0, std::numeric_limits<std::uint32_t>::max()};
    case FieldDescriptor::CPPTYPE_UINT64: return {0, std::numeric_limits<std::uint64_t>::max()};
    default:  // foreign: protobuf's field types
      return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
}

// Two's complement of the value: what every integer field is cast from.
Result<std::uint64_t> checked_whole(const FieldDescriptor& field, std::string_view text) {
  const auto number = parse_whole(text, rule_of(field).unit());
  if (!number) {
    return number.error();
  }
  const SignedLimits limits = limits_of(field);
  const double value =
      number->negative ? -static_cast<double>(number->magnitude) : static_cast<double>(number->magnitude);
  if (!is_within(value, rule_of(field))) {
    return out_of_range(text, field);
  }
  const std::uint64_t most = number->negative ? 0 - static_cast<std::uint64_t>(limits.least) : limits.most;
  if (number->magnitude > most) {
    return refusal(in_quotes(text) + " is out of range: must be " + std::to_string(limits.least) + " to " +
                   std::to_string(limits.most));
  }
  return number->negative ? 0 - number->magnitude : number->magnitude;
}

Status put_whole(Message& into, const FieldDescriptor& field, std::string_view text) {
  const auto number = checked_whole(field, text);
  if (!number) {
    return number.error();
  }
  const Reflection& reflection = *into.GetReflection();
  const std::uint64_t bits = *number;
  const bool list = field.is_repeated();
  const auto as_int32 = static_cast<std::int32_t>(static_cast<std::int64_t>(bits));
  const auto as_int64 = static_cast<std::int64_t>(bits);
  const auto as_uint32 = static_cast<std::uint32_t>(bits);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      list ? reflection.AddInt32(&into, &field, as_int32) : reflection.SetInt32(&into, &field, as_int32);
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      list ? reflection.AddInt64(&into, &field, as_int64) : reflection.SetInt64(&into, &field, as_int64);
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      list ? reflection.AddUInt32(&into, &field, as_uint32) : reflection.SetUInt32(&into, &field, as_uint32);
      break;
    default:  // foreign: protobuf's field types
      list ? reflection.AddUInt64(&into, &field, bits) : reflection.SetUInt64(&into, &field, bits);
      break;
  }
  return {};
}

Status put_real(Message& into, const FieldDescriptor& field, std::string_view text) {
  const auto number = parse_real(text, rule_of(field).unit());
  if (!number) {
    return number.error();
  }
  if (!is_within(*number, rule_of(field))) {
    return out_of_range(text, field);
  }
  const Reflection& reflection = *into.GetReflection();
  field.is_repeated() ? reflection.AddDouble(&into, &field, *number) : reflection.SetDouble(&into, &field, *number);
  return {};
}

Status put_bool(Message& into, const FieldDescriptor& field, std::string_view text) {
  if (text != "true" && text != "false") {
    return refusal(in_quotes(text) + " is neither true nor false");
  }
  const Reflection& reflection = *into.GetReflection();
  field.is_repeated() ? reflection.AddBool(&into, &field, text == "true")
                      : reflection.SetBool(&into, &field, text == "true");
  return {};
}

Status put_enum(Message& into, const FieldDescriptor& field, std::string_view text) {
  std::vector<std::string> words;
  for (const EnumValueDescriptor* value : enum_choices(*field.enum_type())) {
    words.push_back(enum_word(*value));
    if (words.back() == text) {
      const Reflection& reflection = *into.GetReflection();
      field.is_repeated() ? reflection.AddEnum(&into, &field, value) : reflection.SetEnum(&into, &field, value);
      return {};
    }
  }
  return refusal(in_quotes(text) + " is not known: must be " + (words.size() > 1 ? "one of " : "") +
                 enum_text(*field.enum_type(), true) + did_you_mean(text, words));
}

Status check_length(const FieldDescriptor& field, std::string_view text) {
  const v1::FieldRule& rule = rule_of(field);
  const auto length = static_cast<double>(count_characters(text));
  if (text.empty() && rule.required()) {
    return refusal("must not be empty");
  }
  if (!field.is_repeated() && !is_within(length, rule)) {
    return refusal("has " + std::to_string(count_characters(text)) + " characters: must be " + range_text(field));
  }
  return {};
}

Status put_text(Message& into, const FieldDescriptor& field, std::string_view text) {
  const v1::FieldRule& rule = rule_of(field);
  const bool document = rule.text() == v1::TEXT_ANY && rule.max() > kLongestLine;
  if (first_non_utf8(text)) {
    return refusal("is not UTF-8");
  }
  if (const auto at = first_control(text, document ? "\n\t" : "")) {
    const bool line_break = text[*at] == '\n';
    return refusal(line_break ? "must be a single line" : "must not hold control characters");
  }
  if (const Status kind = check_text(text, rule.text()); !kind.ok()) {
    return kind;
  }
  if (const Status length = check_length(field, text); !length.ok()) {
    return length;
  }
  const Reflection& reflection = *into.GetReflection();
  field.is_repeated() ? reflection.AddString(&into, &field, std::string{text})
                      : reflection.SetString(&into, &field, std::string{text});
  return {};
}

WholeNumber whole_of(const Message& from, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *from.GetReflection();
  const bool list = index >= 0;
  const auto of_signed = [](std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return WholeNumber{value < 0, value < 0 ? 0 - bits : bits};
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return of_signed(list ? reflection.GetRepeatedInt32(from, &field, index) : reflection.GetInt32(from, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return of_signed(list ? reflection.GetRepeatedInt64(from, &field, index) : reflection.GetInt64(from, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return {false, list ? reflection.GetRepeatedUInt32(from, &field, index) : reflection.GetUInt32(from, &field)};
    default:  // foreign: protobuf's field types
      return {false, list ? reflection.GetRepeatedUInt64(from, &field, index) : reflection.GetUInt64(from, &field)};
  }
}

}  // namespace

Status put_scalar(Message& into, const FieldDescriptor& field, std::string_view text) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64: return put_whole(into, field, text);
    case FieldDescriptor::CPPTYPE_DOUBLE: return put_real(into, field, text);
    case FieldDescriptor::CPPTYPE_BOOL: return put_bool(into, field, text);
    case FieldDescriptor::CPPTYPE_ENUM: return put_enum(into, field, text);
    case FieldDescriptor::CPPTYPE_STRING: return put_text(into, field, text);
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_MESSAGE: break;
  }
  return Error{ErrorCode::Internal, "is of a type that configurations do not have"};
}

std::string scalar_text(const Message& from, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *from.GetReflection();
  const bool list = index >= 0;
  const v1::Unit unit = rule_of(field).unit();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64: return whole_text(whole_of(from, field, index), unit);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return real_text(list ? reflection.GetRepeatedDouble(from, &field, index) : reflection.GetDouble(from, &field),
                       unit);
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool value = list ? reflection.GetRepeatedBool(from, &field, index) : reflection.GetBool(from, &field);
      return value ? "true" : "false";
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return enum_word(list ? *reflection.GetRepeatedEnum(from, &field, index) : *reflection.GetEnum(from, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return list ? reflection.GetRepeatedString(from, &field, index) : reflection.GetString(from, &field);
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_MESSAGE: break;
  }
  return "";
}

}  // namespace karkara
