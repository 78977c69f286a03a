// Telemetry from sample to acknowledged block: when to sample, when a block is finished, storing it, sending it.
// Refuses to measure: agent/site gathers the samples of all features when wants_samples() says so.
// Works for weeks without a controller and for as long with a broken disk; memory stays bounded in both.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/events.h"
#include "agent/facts/past_sample.h"
#include "agent/facts/status.h"
#include "agent/telemetry/block_builder.h"
#include "agent/telemetry/block_sender.h"
#include "agent/telemetry/settings.h"
#include "agent/telemetry/spool_policy.h"

namespace karkara {

class TelemetryFeature {
 public:
  TelemetryFeature(const TelemetrySettings& settings, std::uint64_t boot_id, Instant start);

  [[nodiscard]] bool wants_samples(Instant now) const { return now >= next_sample_; }
  // In the pass in which wants_samples() is true, before tick(). wall and clock_trusted are those of `now`.
  [[nodiscard]] Effects add_samples(const std::vector<Sample>& samples, Instant now, WallTime wall, bool clock_trusted);
  // What was measured before and told only now, all of it dated, the oldest first: as a block of its own.
  [[nodiscard]] Effects add_past(const std::vector<PastSample>& past, Instant now);
  // Finishes the block that is being gathered: on request, and before stopping.
  [[nodiscard]] Effects flush(Instant now, WallTime wall, bool clock_trusted);
  [[nodiscard]] Effects configure(const TelemetrySettings& settings, Instant now);

  [[nodiscard]] Effects on(const SpoolOpened& event, Instant now);
  [[nodiscard]] Effects on(const BlockStored& event, Instant now);
  [[nodiscard]] Effects on(const BlockLoaded& event, Instant now);
  [[nodiscard]] Effects on(const SpoolFailed& event, Instant now);
  [[nodiscard]] Effects on(const SpoolTrimmed& event, Instant now);
  [[nodiscard]] Effects on(const SessionOpened& event, Instant now);
  [[nodiscard]] Effects on(const SessionClosed& event, Instant now);
  [[nodiscard]] Effects on(const FrameAcknowledged& event, Instant now);

  [[nodiscard]] Effects tick(Instant now);  // skips a sample that nobody gave
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] std::vector<Sample> samples(Instant now) const;  // SpoolBlocks, SpoolBytes, SpoolDropped
  // For DescribeSelf; 0 while it is not known.
  [[nodiscard]] std::uint64_t first_unacknowledged_block() const { return spool_.first_unacknowledged(); }
  [[nodiscard]] std::uint64_t blocks_held() const { return spool_.blocks(); }
  [[nodiscard]] std::uint64_t bytes_on_disk() const { return spool_.disk_bytes(); }

 private:
  [[nodiscard]] Duration flush_interval() const;
  void finish_block(Effects& effects, Instant now);
  void pump(Effects& effects, Instant now);

  TelemetrySettings settings_;
  Duration flush_override_{0};  // the controller's; 0: none
  std::uint64_t boot_id_;
  Instant next_sample_;
  Instant next_flush_;
  WallReading clock_;
  BlockBuilder builder_;
  SpoolPolicy spool_;
  BlockSender sender_;
};

}  // namespace karkara
