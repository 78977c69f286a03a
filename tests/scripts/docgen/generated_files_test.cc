#include "scripts/docgen/generated_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "scripts/docgen/json_text.h"
#include "scripts/docgen/markdown.h"

namespace karkara {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// The first line that differs, so that a failure does not print whole pages.
std::string first_difference(const std::string& wanted, const std::string& found) {
  std::size_t start = 0;
  while (start < wanted.size()) {
    const std::size_t end = std::min(wanted.find('\n', start), wanted.size());
    const std::string line = wanted.substr(start, end - start);
    if (found.compare(start, line.size() + 1, line + "\n") != 0) {
      return line;
    }
    start = end + 1;
  }
  return "(an end that is too long)";
}

TEST(GeneratedFiles, AreThoseThatAreCheckedIn) {
  for (const GeneratedFile& file : generated_files()) {
    const std::string found = contents(std::filesystem::path{KARKARA_SOURCE_DIR} / file.path);
    EXPECT_TRUE(found == file.text) << file.path
                                    << " is not current: run scripts/generate-docs and commit what it writes.\n"
                                    << "First line that differs: " << first_difference(file.text, found);
  }
}

TEST(GeneratedFiles, EndWithOneNewline) {
  for (const GeneratedFile& file : generated_files()) {
    EXPECT_TRUE(file.text.ends_with('\n') && !file.text.ends_with("\n\n")) << file.path;
  }
}

TEST(JsonText, KeepsTheOrderAndEscapes) {
  Json json = Json::object();
  json.add("z", Json::text("a\"\\\n\x01é")).add("a", Json::array().add(Json::number(1.5)).add(Json::boolean(true)));
  json.add("empty", Json::object());
  EXPECT_EQ(json.print(),
            "{\n  \"z\": \"a\\\"\\\\\\u000a\\u0001é\",\n  \"a\": [\n    1.5,\n    true\n  ],\n  \"empty\": {}\n}");
}

TEST(Markdown, ACellCannotBreakItsTable) {
  EXPECT_EQ(table_row({"a|b", "c\nd"}), "| a\\|b | c d |\n");
  EXPECT_EQ(table_head({"a", "b"}), "| a | b |\n|---|---|\n");
}

}  // namespace
}  // namespace karkara
