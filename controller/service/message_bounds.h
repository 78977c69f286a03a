// How large what comes from outside may be. A frame holds a telemetry block, whose own bound is a little smaller.
#pragma once

namespace karkara {

inline constexpr int kMostFrameBytes = (1 << 20) - 1024;
inline constexpr int kMostEnrolmentBytes = 16 * 1024;
inline constexpr int kMostMetadataBytes = 8 * 1024;
inline constexpr int kMostStreamsPerConnection = 100;

}  // namespace karkara
