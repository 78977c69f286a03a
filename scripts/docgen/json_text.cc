#include "scripts/docgen/json_text.h"

#include "common/host/unit_text.h"

namespace karkara {
namespace {

std::string json_string(std::string_view value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append("\\").append(1, c);
    } else if (byte < 0x20) {
      out.append("\\u00").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 15U]);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

Json Json::text(std::string_view value) {
  Json json;
  json.scalar_ = json_string(value);
  return json;
}

Json Json::number(double value) {
  Json json;
  json.scalar_ = real_text(value, v1::UNIT_NONE);
  return json;
}

Json Json::boolean(bool value) {
  Json json;
  json.scalar_ = value ? "true" : "false";
  return json;
}

Json Json::object() {
  Json json;
  json.kind_ = Kind::Object;
  return json;
}

Json Json::array() {
  Json json;
  json.kind_ = Kind::Array;
  return json;
}

Json& Json::add(std::string_view key, Json value) {
  members_.emplace_back(key, std::move(value));
  return *this;
}

Json& Json::add(Json value) {
  return add("", std::move(value));
}

std::string Json::print(std::size_t indent) const {
  if (kind_ == Kind::Scalar) {
    return scalar_;
  }
  const bool is_object = kind_ == Kind::Object;
  if (members_.empty()) {
    return is_object ? "{}" : "[]";
  }
  const std::string inner(indent + 2, ' ');
  std::string out = is_object ? "{" : "[";
  std::string_view separator = "\n";
  for (const auto& [key, value] : members_) {
    out.append(separator).append(inner);
    out += (is_object ? json_string(key) + ": " : "") + value.print(indent + 2);
    separator = ",\n";
  }
  return out.append("\n").append(indent, ' ').append(is_object ? "}" : "]");
}

}  // namespace karkara
