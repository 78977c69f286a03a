#include "controller/planner_io/plan_file.h"

#include <unistd.h>

#include <cstdio>

#include "controller/planner_io/text_file.h"

namespace karkara::planner {

Status write_plan(const Plan& plan, const std::string& path) {
  const std::string beside = path + ".new";
  const std::string text = to_text(plan);
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  written = written && std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
  if (file != nullptr) {
    written = std::fclose(file) == 0 && written;
  }
  if (!written || std::rename(beside.c_str(), path.c_str()) != 0) {
    std::remove(beside.c_str());
    return Error{ErrorCode::Unavailable, path + ": cannot be written"};
  }
  return {};
}

Result<Plan> read_plan(const std::string& path) {
  const auto text = read_text(path);
  if (!text) {
    return text.error();
  }
  auto plan = parse_plan(*text);
  return plan ? std::move(plan) : plan.error().in(path);
}

}  // namespace karkara::planner
