#include "controller/planner/propagation/path_kernels.h"

#include <algorithm>
#include <cmath>

namespace karkara::propagation {
namespace {

constexpr double kNone = -std::numeric_limits<double>::infinity();

[[gnu::always_inline]] inline void root(Lanes& lanes) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes[i] = std::sqrt(lanes[i]);
  }
}

// What the loops over one path share.
struct Line {
  const double* d;
  const double* h;  // null: all 0
  std::size_t count;
  double total;
  double bend;  // m/km of the Earth's curve
  double tilt;  // of the line between the antennas
};

[[gnu::always_inline]] inline Line line_of(const Samples& path, const Ends& ends, double curvature) {
  const std::size_t count = path.km.size();
  const double total = path.km[count - 1];
  return {path.km.data(),  path.heights.empty() ? nullptr : path.heights.data(),
          count,           total,
          500 * curvature, (ends.rx - ends.tx) / total};
}

// The samples that fill no register any more.
[[gnu::always_inline]] inline void add_last_rays(const Line& on, const Ends& ends, std::size_t i, RayPeaks& peaks) {
  for (; i + 1 < on.count; ++i) {
    const double d2 = on.total - on.d[i];
    const double ground = (on.h == nullptr ? 0 : on.h[i]) + on.bend * (on.d[i] * d2);
    peaks.slope_from_tx = std::max(peaks.slope_from_tx, (ground - ends.tx) / on.d[i]);
    peaks.slope_from_rx = std::max(peaks.slope_from_rx, (ground - ends.rx) / d2);
    peaks.obstruction = std::max(peaks.obstruction, (ground - (ends.tx + on.tilt * on.d[i])) / std::sqrt(on.d[i] * d2));
  }
}

[[gnu::always_inline]] inline RayPeaks rays(const Samples& path, const Ends& ends, double curvature) {
  const Line on = line_of(path, ends, curvature);
  Lanes from_tx = Lanes{} + kNone;
  Lanes from_rx = Lanes{} + kNone;
  Lanes above = Lanes{} + kNone;
  std::size_t i = 1;
  for (; i + kLanes < on.count; i += kLanes) {
    Lanes d1;
    read(d1, on.d + i);
    const Lanes d2 = on.total - d1;
    Lanes both = d1 * d2;
    Lanes ground = {};
    if (on.h != nullptr) {
      read(ground, on.h + i);
    }
    ground += on.bend * both;
    root(both);
    const Lanes tx = (ground - ends.tx) / d1;
    const Lanes rx = (ground - ends.rx) / d2;
    const Lanes line = (ground - (ends.tx + on.tilt * d1)) / both;
    from_tx = tx > from_tx ? tx : from_tx;
    from_rx = rx > from_rx ? rx : from_rx;
    above = line > above ? line : above;
  }
  RayPeaks peaks{kNone, kNone, kNone};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    peaks.slope_from_tx = std::max(peaks.slope_from_tx, from_tx[lane]);
    peaks.slope_from_rx = std::max(peaks.slope_from_rx, from_rx[lane]);
    peaks.obstruction = std::max(peaks.obstruction, above[lane]);
  }
  add_last_rays(on, ends, i, peaks);
  return peaks;
}

// P.1812 (85), (86): twice the area under the profile, and its moment about the transmitter.
[[gnu::always_inline]] inline void add_fit(const Samples& path, SurfacePeaks& peaks) {
  const std::size_t count = path.km.size();
  const double* d = path.km.data();
  const double* h = path.heights.data();
  Lanes area = {};
  Lanes moment = {};
  std::size_t i = 1;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes d1;
    read(d1, d + i);
    Lanes d0;
    read(d0, d + i - 1);
    Lanes h1;
    read(h1, h + i);
    Lanes h0;
    read(h0, h + i - 1);
    area += (d1 - d0) * (h1 + h0);
    moment += (d1 - d0) * (h1 * (2.0 * d1 + d0) + h0 * (d1 + 2.0 * d0));
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    peaks.area += area[lane];
    peaks.moment += moment[lane];
  }
  for (; i < count; ++i) {
    const double width = d[i] - d[i - 1];
    peaks.area += width * (h[i] + h[i - 1]);
    peaks.moment += width * (h[i] * (2 * d[i] + d[i - 1]) + h[i - 1] * (d[i] + 2 * d[i - 1]));
  }
}

// Running peaks, a register each.
struct SurfaceLanes {
  Peaks tx_slopes;
  Peaks rx_slopes;
  Peaks obstructions;
  Lanes above_line = Lanes{} + kNone;
  Lanes per_tx = Lanes{} + kNone;
  Lanes per_rx = Lanes{} + kNone;
};

[[gnu::always_inline]] inline void take_surface(const Line& on, const Ends& ends, std::size_t i, const Lanes& at,
                                                SurfaceLanes& lanes) {
  Lanes d1;
  read(d1, on.d + i);
  const Lanes d2 = on.total - d1;
  Lanes ground;
  read(ground, on.h + i);
  const Lanes above = ground - (ends.tx + on.tilt * d1);
  const Lanes above_1 = above / d1;
  const Lanes above_2 = above / d2;
  Lanes both = d1 * d2;
  const Lanes bulge = on.bend * both;
  root(both);
  lanes.above_line = above > lanes.above_line ? above : lanes.above_line;
  lanes.per_tx = above_1 > lanes.per_tx ? above_1 : lanes.per_tx;
  lanes.per_rx = above_2 > lanes.per_rx ? above_2 : lanes.per_rx;
  lanes.tx_slopes.take((ground - ends.tx) / d1 - on.bend * d1, at);
  lanes.rx_slopes.take((ground - ends.rx) / d2 - on.bend * d2, at, true);
  lanes.obstructions.take((above + bulge) / both, at, true);
}

[[gnu::always_inline]] inline SurfacePeaks peaks_of(const SurfaceLanes& lanes) {
  SurfacePeaks peaks;
  peaks.above_line = peaks.above_line_per_tx = peaks.above_line_per_rx = kNone;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    peaks.above_line = std::max(peaks.above_line, lanes.above_line[lane]);
    peaks.above_line_per_tx = std::max(peaks.above_line_per_tx, lanes.per_tx[lane]);
    peaks.above_line_per_rx = std::max(peaks.above_line_per_rx, lanes.per_rx[lane]);
  }
  peaks.tx_slope.take(lanes.tx_slopes);
  peaks.rx_slope.take(lanes.rx_slopes, true);
  peaks.obstruction.take(lanes.obstructions, true);
  return peaks;
}

[[gnu::always_inline]] inline SurfacePeaks surface(const Samples& path, const Ends& ends, double curvature) {
  const Line on = line_of(path, ends, curvature);
  SurfaceLanes lanes;
  Lanes at;
  count_up(at, 1, 1);
  std::size_t i = 1;
  for (; i + kLanes < on.count; i += kLanes) {
    take_surface(on, ends, i, at, lanes);
    at += 8.0;
  }
  SurfacePeaks peaks = peaks_of(lanes);
  for (; i + 1 < on.count; ++i) {
    const double d1 = on.d[i];
    const double d2 = on.total - d1;
    const double above = on.h[i] - (ends.tx + on.tilt * d1);
    peaks.above_line = std::max(peaks.above_line, above);
    peaks.above_line_per_tx = std::max(peaks.above_line_per_tx, above / d1);
    peaks.above_line_per_rx = std::max(peaks.above_line_per_rx, above / d2);
    peaks.tx_slope.take((on.h[i] - ends.tx) / d1 - on.bend * d1, i);
    peaks.rx_slope.take((on.h[i] - ends.rx) / d2 - on.bend * d2, i, true);
    peaks.obstruction.take((above + on.bend * (d1 * d2)) / std::sqrt(d1 * d2), i, true);
  }
  add_fit(path, peaks);
  return peaks;
}

RayPeaks rays_plain(const Samples& path, const Ends& ends, double curvature) {
  return rays(path, ends, curvature);
}
SurfacePeaks surface_plain(const Samples& path, const Ends& ends, double curvature) {
  return surface(path, ends, curvature);
}
constexpr PathKernels kPlain{"plain", rays_plain, surface_plain};

#if defined(__x86_64__)
[[gnu::target("avx2")]] RayPeaks rays_avx2(const Samples& path, const Ends& ends, double curvature) {
  return rays(path, ends, curvature);
}
[[gnu::target("avx2")]] SurfacePeaks surface_avx2(const Samples& path, const Ends& ends, double curvature) {
  return surface(path, ends, curvature);
}
[[gnu::target("avx512f")]] RayPeaks rays_avx512(const Samples& path, const Ends& ends, double curvature) {
  return rays(path, ends, curvature);
}
[[gnu::target("avx512f")]] SurfacePeaks surface_avx512(const Samples& path, const Ends& ends, double curvature) {
  return surface(path, ends, curvature);
}
constexpr PathKernels kAvx2{"avx2", rays_avx2, surface_avx2};
constexpr PathKernels kAvx512{"avx512", rays_avx512, surface_avx512};
#endif

const PathKernels kernels = path_kernels().back();

}  // namespace

std::vector<PathKernels> path_kernels() {
#if defined(__x86_64__)
  return usable(kPlain, kAvx2, kAvx512);
#else
  return {kPlain};
#endif
}

RayPeaks ray_peaks(const Samples& path, const Ends& ends, double curvature) {
  return kernels.rays(path, ends, curvature);
}

SurfacePeaks surface_peaks(const Samples& path, const Ends& ends, double curvature) {
  return kernels.surface(path, ends, curvature);
}

}  // namespace karkara::propagation
