// Reads YAML into any configuration message by reflection, driven by the options in proto/karkara/v1/options.proto. It
// tells everything that is wrong with a file in one go and refuses the file then; what was not given gets its default.
// Called at start, at reload and by --check-config, never by a core.
#pragma once

#include <google/protobuf/message.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "common/host/config_problem.h"

namespace karkara {

struct ConfigReading {
  std::vector<ConfigProblem> problems;  // by place; empty: the message is whole and valid
  ConfigPlaces places;                  // of what was written, for problems that show later
  [[nodiscard]] bool ok() const { return problems.empty(); }
  [[nodiscard]] std::string text() const { return to_text(problems); }  // a problem a line
};

// `into` is cleared first; after problems it holds what could be read and must not be used as a configuration.
[[nodiscard]] ConfigReading read_config(std::string_view file_name, std::string_view text,
                                        google::protobuf::Message& into);
// A file that is missing or unreadable is a problem like any other.
[[nodiscard]] ConfigReading read_config_file(const std::filesystem::path& path, google::protobuf::Message& into);

}  // namespace karkara
