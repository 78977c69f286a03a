// karkara-docgen OUTPUT_DIR: writes the generated pages and schemas below it. Run by scripts/generate-docs.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "scripts/docgen/generated_files.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: karkara-docgen OUTPUT_DIR\n", stderr);
    return 2;
  }
  for (const karkara::GeneratedFile& file : karkara::generated_files()) {
    const std::filesystem::path path = std::filesystem::path{argv[1]} / file.path;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out << file.text;
    out.close();
    if (!out) {
      std::fprintf(stderr, "karkara-docgen: cannot write %s\n", path.c_str());
      return 1;
    }
  }
  return 0;
}
