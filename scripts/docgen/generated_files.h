// Every file of the tree that is made from schema and catalogues. karkara-docgen writes them; a test compares them with
// what is checked in.
#pragma once

#include <string>
#include <vector>

namespace karkara {

struct GeneratedFile {
  std::string path;  // relative to the top of the tree
  std::string text;
};

[[nodiscard]] std::vector<GeneratedFile> generated_files();

}  // namespace karkara
