// JSON as text with its keys in the order in which they were added, so that generated files differ only where something
// changed. Refuses to read JSON. Called by json_schema.cc.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace karkara {

class Json {
 public:
  static Json text(std::string_view value);
  static Json number(double value);
  static Json boolean(bool value);
  static Json object();
  static Json array();

  // To an object.
  Json& add(std::string_view key, Json value);
  // To an array.
  Json& add(Json value);
  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] std::string print(std::size_t indent = 0) const;

 private:
  enum class Kind : unsigned char { Scalar, Object, Array };
  Kind kind_ = Kind::Scalar;
  std::string scalar_;
  std::vector<std::pair<std::string, Json>> members_;  // an array's have no key
};

}  // namespace karkara
