// Compares a text with the file tests/golden/cli/NAME.txt; with KARKARA_UPDATE_GOLDENS=1 in the environment it writes
// the file instead, for a person to read in the diff.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace karkara::cli {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

inline void expect_file(const std::filesystem::path& path, const std::string& text) {
  if (std::getenv("KARKARA_UPDATE_GOLDENS") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << text;
    return;
  }
  ASSERT_TRUE(std::filesystem::exists(path)) << path << " is missing; run with KARKARA_UPDATE_GOLDENS=1 and read it";
  EXPECT_EQ(text, read_file(path)) << "differs from " << path;
}

inline void expect_golden(const std::string& name, const std::string& text) {
  expect_file(std::filesystem::path{KARKARA_SOURCE_DIR} / "tests/golden/cli" / (name + ".txt"), text);
}

}  // namespace karkara::cli
