// A GeoTIFF of one uncompressed strip a row, written by hand after the TIFF 6.0 and GeoTIFF 1.1 texts: what tests need
// without a library that writes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace karkara::planner {

class SmallGeotiff {
 public:
  // Cells of `step` degrees; the first cell's north-west corner lies at `north`, `west`. `model`: 2 degrees, 1 metres.
  template <class Sample>
  static std::string bytes(const std::vector<std::vector<Sample>>& rows, double north, double west, double step,
                           std::uint16_t model = 2) {
    SmallGeotiff tiff;
    std::string data;
    for (const auto& row : rows) {
      for (const Sample sample : row) {
        append(data, sample);
      }
    }
    const bool real = !std::is_integral_v<Sample>;
    constexpr std::uint32_t kData = 8;
    const auto size = static_cast<std::uint32_t>(data.size());
    tiff.extra_ = data;
    tiff.entry(256, 3, 1, static_cast<std::uint32_t>(rows[0].size()));
    tiff.entry(257, 3, 1, static_cast<std::uint32_t>(rows.size()));
    tiff.entry(258, 3, 1, 8 * sizeof(Sample));
    tiff.entry(259, 3, 1, 1);
    tiff.entry(262, 3, 1, 1);
    tiff.entry(273, 4, 1, kData);
    tiff.entry(277, 3, 1, 1);
    tiff.entry(278, 3, 1, static_cast<std::uint32_t>(rows.size()));
    tiff.entry(279, 4, 1, size);
    tiff.entry(339, 3, 1, real ? 3 : 2);
    tiff.outside<double>(33550, 12, {step, step, 0});
    tiff.outside<double>(33922, 12, {0, 0, 0, west, north, 0});
    const std::uint16_t code = model == 2 ? 4326 : 32631;
    const std::uint16_t key = model == 2 ? 2048 : 3072;
    tiff.outside<std::uint16_t>(34735, 3, {1, 1, 0, 3, 1024, 0, 1, model, 1025, 0, 1, 1, key, 0, 1, code});
    tiff.outside<char>(42113, 2, {'-', '3', '2', '7', '6', '8', 0, 0});
    return tiff.whole();
  }

 private:
  template <class T>
  static void append(std::string& to, T value) {
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void entry(std::uint16_t tag, std::uint16_t type, std::uint32_t count, std::uint32_t value) {
    append(directory_, tag);
    append(directory_, type);
    append(directory_, count);
    append(directory_, value);
    ++entries_;
  }
  template <class T>
  void outside(std::uint16_t tag, std::uint16_t type, const std::vector<T>& values) {
    entry(tag, type, static_cast<std::uint32_t>(values.size()), static_cast<std::uint32_t>(8 + extra_.size()));
    for (const T value : values) {
      append(extra_, value);
    }
  }
  [[nodiscard]] std::string whole() const {
    std::string file{"II*\0", 4};
    append(file, static_cast<std::uint32_t>(8 + extra_.size()));
    file += extra_;
    append(file, entries_);
    file += directory_;
    append(file, std::uint32_t{0});
    return file;
  }

  std::string extra_;
  std::string directory_;
  std::uint16_t entries_ = 0;
};

}  // namespace karkara::planner
