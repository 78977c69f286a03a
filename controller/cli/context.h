// Where the controller is and who the operator is: one YAML file, read once.
// Refuses a file with mistakes, telling all of them with their places. Called by Invocation and the site cache.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "controller/cli/surroundings.h"
#include "karkara/v1/controller_config.pb.h"

namespace karkara::cli {

// --context, else $KARKARA_CONTEXT, else $XDG_CONFIG_HOME/karkara/context.yaml, else ~/.config/karkara/context.yaml.
// InvalidArgument when the file is not there, with how to get one.
[[nodiscard]] Result<std::string> find_context(const std::optional<std::string>& given, const Surroundings& around);

// InvalidArgument with every mistake of the file.
[[nodiscard]] Result<v1::OperatorContext> read_context(const std::string& path);

// "" or a warning: the private key in the file can be read by others.
[[nodiscard]] std::string context_worry(const std::string& path);

}  // namespace karkara::cli
