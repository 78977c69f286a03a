#include "controller/cli/context.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "common/host/config_reader.h"

namespace karkara::cli {
namespace {

// The places in their order; only the last is there without anybody having said anything.
std::string context_path(const std::optional<std::string>& given, const Surroundings& around) {
  if (given) {
    return *given;
  }
  if (const std::string path = around.variable("KARKARA_CONTEXT"); !path.empty()) {
    return path;
  }
  if (const std::string folder = around.variable("XDG_CONFIG_HOME"); !folder.empty()) {
    return folder + "/karkara/context.yaml";
  }
  return around.variable("HOME") + "/.config/karkara/context.yaml";
}

}  // namespace

Result<std::string> find_context(const std::optional<std::string>& given, const Surroundings& around) {
  const std::string path = context_path(given, around);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return Error{
        ErrorCode::InvalidArgument,
        fmt::format("there is no context file {}: make one with 'karkara-controller --operator NAME' and name it "
                    "with --context FILE or $KARKARA_CONTEXT",
                    path)};
  }
  return path;
}

Result<v1::OperatorContext> read_context(const std::string& path) {
  v1::OperatorContext context;
  const ConfigReading reading = read_config_file(path, context);
  if (!reading.ok()) {
    std::string text = reading.text();
    if (!text.empty() && text.back() == '\n') {
      text.pop_back();
    }
    return Error{ErrorCode::InvalidArgument, std::move(text)};
  }
  return context;
}

std::string context_worry(const std::string& path) {
  constexpr unsigned kOthers = S_IRWXG | S_IRWXO;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || (status.st_mode & kOthers) == 0) {
    return {};
  }
  return fmt::format("{} holds your private key and others can read it: chmod 600 it", path);
}

}  // namespace karkara::cli
