#include "controller/planning/job_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "common/host/file_descriptor.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner_io/plan_file.h"

namespace karkara {
namespace {

constexpr std::size_t kMostSmall = 8U << 20U;  // a job holds what was asked twice, and that may be 1 MiB
constexpr std::size_t kMostTail = 8 * 1024;
constexpr std::size_t kMostLastLine = 100;  // of a plan: two numbers

}  // namespace

std::optional<std::string> file_end(const std::string& path, std::size_t most) {
  const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  const off_t size = file.ok() ? ::lseek(file.number(), 0, SEEK_END) : -1;
  if (size < 0) {
    return std::nullopt;
  }
  const auto wanted = std::min<std::size_t>(static_cast<std::size_t>(size), most);
  std::string text(wanted, '\0');
  std::size_t have = 0;
  while (have < wanted) {
    const ssize_t got = ::pread(file.number(), text.data() + have, wanted - have,
                                size - static_cast<off_t>(wanted) + static_cast<off_t>(have));
    if (got <= 0) {
      break;
    }
    have += static_cast<std::size_t>(got);
  }
  text.resize(have);
  return text;
}

std::optional<std::string> file_text(const std::string& path) {
  return file_end(path, kMostSmall);
}

bool is_whole_plan(const std::string& path) {
  const FileDescriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string first(planner::kPlanFirstLine.size() + 1, '\0');
  const ssize_t got = file.ok() ? ::pread(file.number(), first.data(), first.size(), 0) : -1;
  const std::string last = file_end(path, kMostLastLine).value_or("");
  const std::size_t line = last.rfind('\n', last.empty() ? 0 : last.size() - 2);
  return got == static_cast<ssize_t>(first.size()) && first == std::string{planner::kPlanFirstLine} + "\n" &&
         last.ends_with('\n') && line != std::string::npos && last.compare(line + 1, 4, "end\t") == 0;
}

std::vector<std::string> last_lines(const std::string& path, std::size_t most) {
  std::string text = file_end(path, kMostTail).value_or("");
  std::replace(text.begin(), text.end(), '\r', '\n');
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < most) {
    if (text.back() == '\n') {
      text.pop_back();
      continue;
    }
    const std::size_t begin = text.find_last_of('\n') + 1;  // npos + 1 is 0
    lines.push_back(planner::clean_utf8(text.substr(begin)));
    text.resize(begin);
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

std::optional<planner::JobProgress> read_progress(const std::string& folder) {
  const auto text = file_text(folder + "/progress");
  const auto progress = text ? planner::parse_progress(*text) : Result<planner::JobProgress>{Error{}};
  return progress ? std::optional{*progress} : std::nullopt;
}

}  // namespace karkara
