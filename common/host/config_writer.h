// Writes a configuration message as YAML that read_config reads back to an equal message: enrolment bundles, operator
// contexts, the configuration in use. Certificates come as literal blocks. Refuses comments and order of its own:
// fields stand as in the schema.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace karkara {

// Only what is set, defaults included when they were filled in.
[[nodiscard]] std::string write_config(const google::protobuf::Message& message);

// One text as a YAML value in quotes where it needs them; never more than one line.
[[nodiscard]] std::string yaml_text(std::string_view text);

}  // namespace karkara
