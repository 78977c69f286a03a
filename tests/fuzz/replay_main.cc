// Runs a fuzz target without libFuzzer: over every file of a corpus folder, and over simple mutations of each
// (every truncation, and a fixed number of seeded byte flips), so that the corpus is an ordinary test.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kFlipsPerFile = 400;
constexpr std::size_t kMostTruncations = 600;

void run(const std::vector<std::uint8_t>& bytes) {
  // A copy of exact size on the heap, so that AddressSanitizer sees a read one past the end.
  const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

void run_with_mutations(const std::vector<std::uint8_t>& bytes) {
  run(bytes);
  const std::size_t step = bytes.size() / kMostTruncations + 1;
  for (std::size_t length = 0; length < bytes.size(); length += step) {
    run({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)});
  }
  if (bytes.empty()) {
    return;
  }
  std::mt19937 random{42};
  for (int i = 0; i < kFlipsPerFile; ++i) {
    std::vector<std::uint8_t> flipped = bytes;
    for (unsigned n = 0; n < 1 + random() % 3; ++n) {
      flipped[random() % flipped.size()] = static_cast<std::uint8_t>(random());
    }
    run(flipped);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator{argv[i]}) {
      if (!entry.is_regular_file()) {
        continue;
      }
      std::ifstream in{entry.path(), std::ios::binary};
      run_with_mutations({std::istreambuf_iterator<char>{in}, {}});
      ++files;
    }
  }
  std::printf("%d corpus files\n", files);
  return files > 0 ? 0 : 1;
}
