// A configuration's schema as JSON Schema 2020-12, for editors: completion, hover texts, red lines. It cannot say all
// that the reader checks; the reader decides. Called by generated_files.cc.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>

namespace karkara {

[[nodiscard]] std::string json_schema(const google::protobuf::Descriptor& message, std::string_view title);

}  // namespace karkara
