// One value of a configuration field: from the text that a person wrote, and back. It checks all that the schema says
// about a single value. Refuses sections: the reader walks those.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara {

// Sets the field, or appends to it when it is a list. InvalidArgument says what is wrong and what is allowed; then
// nothing was changed.
[[nodiscard]] Status put_scalar(google::protobuf::Message& into, const google::protobuf::FieldDescriptor& field,
                                std::string_view text);

// As one writes it in YAML, but without quotes: "30s", "vsat", "true". index: the element of a list, else -1.
[[nodiscard]] std::string scalar_text(const google::protobuf::Message& from,
                                      const google::protobuf::FieldDescriptor& field, int index = -1);

}  // namespace karkara
