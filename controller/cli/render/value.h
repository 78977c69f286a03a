// A tree of plain values: what every command's answer is before it becomes JSON or YAML.
// Refuses to reorder: members keep the order in which they were put. Called by the views; the renderers print it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace google::protobuf {
class Message;
}

namespace karkara::cli {

struct Member;

struct Value {
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object> held;

  // nullptr unless this is an object that has the member.
  [[nodiscard]] const Value* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Value value;
};

// Every field of the message, in the order of its numbers: an absent optional is null, an enum its value's name in
// lower case without the enum's own name in front (SITE_STATE_UP: "up"), bytes are hex.
[[nodiscard]] Value value_of(const google::protobuf::Message& message);

// Strings are escaped so that printing them never disturbs a terminal; numbers that JSON cannot say are null.
[[nodiscard]] std::string to_json_line(const Value& value);
[[nodiscard]] std::string to_json(const Value& value);  // indented by two, with a newline at the end
[[nodiscard]] std::string to_yaml(const Value& value);  // block style, with a newline at the end

}  // namespace karkara::cli
