// What the three BMS protocols' fuzz targets share: how bytes are cut into reads changes no frame, what is given out
// encodes to bytes that came in, and a battery that says these bytes to every question breaks nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "agent/power/bms/bms.h"

namespace karkara::bms {

inline void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

template <class Reader>
auto frames_of(std::span<const std::byte> bytes, std::size_t piece) {
  Reader reader;
  std::vector<typename decltype(reader.next(bytes))::value_type> frames;
  while (!bytes.empty()) {
    std::span<const std::byte> part = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(part.size());
    while (!part.empty()) {
      if (auto frame = reader.next(part)) {
        frames.push_back(*frame);
      }
    }
  }
  return frames;
}

// Every verified frame, which must stand in the bytes as we would write it.
template <class Reader, class Encode>
auto checked_frames(std::span<const std::byte> bytes, Encode encode) {
  auto frames = frames_of<Reader>(bytes, 1'000'000);
  require(frames == frames_of<Reader>(bytes, 1), "the cutting of bytes into reads");
  for (const auto& frame : frames) {
    const std::vector<std::byte> wanted = encode(frame);
    require(!std::ranges::search(bytes, wanted).empty(), "a frame that was never sent");
  }
  return frames;
}

inline void answer_all_questions(BmsKind kind, std::span<const std::byte> bytes) {
  BmsSettings settings;
  settings.kind = kind;
  const auto device = make_bms(settings);
  Instant now{std::chrono::minutes{1}};
  (void)device->start(now);
  Effects effects = device->on(SerialOpened{}, now);
  constexpr int kSteps = 60;  // some looks
  for (int step = 0; step < kSteps; ++step) {
    if (!effects.empty()) {
      (void)device->on(SerialBytes{{}, {bytes.begin(), bytes.end()}}, now);
    }
    now = device->next_deadline();
    effects = device->tick(now);
    require(device->next_deadline() > now, "a deadline that stands still");
  }
  for (const QuantityReading& reading : device->readings()) {
    const double* number = std::get_if<double>(&reading.value);
    require(number == nullptr || (*number > -1e16 && *number < 1e16), "a number that cannot be");
  }
}

}  // namespace karkara::bms
