// 16-bit samples in a file that the kernel maps and may drop from memory again: a file that is there, or one without a
// name that is written once. Refuses writing after that. Called by the readers of terrain.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "common/result.h"

namespace karkara::planner {

struct MappedSamples {
  std::span<const std::int16_t> samples;
  std::shared_ptr<const void> bytes;  // keeps the mapping
};

[[nodiscard]] Result<MappedSamples> map_samples(const std::string& path);

// Rows are added one after another, then mapped. The file has no name and goes with the last user.
class SampleWriter {
 public:
  // In `directory`; as large as tiles are, so a disk rather than memory.
  [[nodiscard]] static Result<SampleWriter> open(const std::string& directory);
  SampleWriter(SampleWriter&& other) noexcept;
  SampleWriter& operator=(SampleWriter&&) = delete;
  ~SampleWriter();

  [[nodiscard]] Status add(std::span<const std::int16_t> row);
  [[nodiscard]] Result<MappedSamples> map();

 private:
  explicit SampleWriter(int file) : file_{file} {}
  int file_;
};

}  // namespace karkara::planner
