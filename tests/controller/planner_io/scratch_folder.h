// A folder for one test's files, gone with it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace karkara::planner {

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "karkara-planner-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string{name}; }
  [[nodiscard]] const std::string& path() const { return path_; }

  std::string write(std::string_view name, std::string_view bytes) const {
    const std::string path = *this / name;
    std::ofstream{path, std::ios::binary} << bytes;
    return path;
  }

 private:
  std::string path_;
};

}  // namespace karkara::planner
