#include "controller/planner_io/text_file.h"

#include <cstdio>
#include <memory>

namespace karkara::planner {
namespace {

constexpr std::size_t kLargestText = 256U << 20U;

}  // namespace

Result<std::string> read_text(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{
      std::fopen(path.c_str(), "rb"), [](std::FILE* open) { return open == nullptr ? 0 : std::fclose(open); }};
  if (!file) {
    return Error{ErrorCode::NotFound, path + ": cannot be read"};
  }
  std::string text;
  char piece[65536];
  for (std::size_t got = 1; got > 0 && text.size() <= kLargestText;) {
    got = std::fread(piece, 1, sizeof piece, file.get());
    text.append(piece, got);
  }
  if (std::ferror(file.get()) != 0 || text.size() > kLargestText) {
    return Error{ErrorCode::DataLoss, path + ": cannot be read, or is larger than 256 MiB"};
  }
  return text;
}

}  // namespace karkara::planner
