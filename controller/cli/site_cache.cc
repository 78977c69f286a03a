#include "controller/cli/site_cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "common/ids.h"

namespace karkara::cli {
namespace {

// An endpoint as a file name.
std::string file_name_of(std::string endpoint) {
  for (char& c : endpoint) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    c = plain ? c : '_';
  }
  return "sites-" + endpoint;
}

}  // namespace

SiteCache::SiteCache(const Surroundings& around, const std::string& controller) {
  const std::string cache = around.variable("XDG_CACHE_HOME");
  const std::string home = around.variable("HOME");
  if (!cache.empty() || !home.empty()) {
    path_ = (cache.empty() ? home + "/.cache" : cache) + "/karkara/" + file_name_of(controller);
  }
}

void SiteCache::store(const std::vector<std::string>& ids) const {
  if (path_.empty()) {
    return;
  }
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path{path_}.parent_path(), ignored);
  const std::string fresh = path_ + "." + std::to_string(::getpid());
  std::ofstream out{fresh};
  for (const std::string& id : ids) {
    if (is_plain_name(id)) {
      out << id << '\n';
    }
  }
  out.close();
  if (out) {
    std::filesystem::rename(fresh, path_, ignored);
  } else {
    std::filesystem::remove(fresh, ignored);
  }
}

std::optional<SiteCache::Ids> SiteCache::load(WallTime now) const {
  struct stat status {};
  if (path_.empty() || ::stat(path_.c_str(), &status) != 0) {
    return std::nullopt;
  }
  Ids known{{}, now - WallTime{std::chrono::seconds{status.st_mtime}}};
  std::ifstream in{path_};
  for (std::string line; std::getline(in, line);) {
    if (is_plain_name(line)) {
      known.ids.push_back(line);
    }
  }
  return known;
}

}  // namespace karkara::cli
