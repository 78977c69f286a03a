#include "agent/telemetry/telemetry_feature.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/facts/effect_list.h"
#include "agent/telemetry/past_block.h"

namespace karkara {
namespace {

constexpr Duration kShortest = std::chrono::seconds{1};
constexpr Duration kLongest = std::chrono::hours{24};

// The first of at, at + step, at + 2 * step, ... that is later than now: the phase stays, what was missed is skipped.
Instant next_in_phase(Instant at, Duration step, Instant now) {
  if (at > now) {
    return at;
  }
  return at + step * ((now - at) / step + 1);
}

TelemetrySettings sane(TelemetrySettings settings) {
  settings.sample_interval = std::clamp(settings.sample_interval, kShortest, kLongest);
  settings.flush_interval = std::clamp(settings.flush_interval, kShortest, kLongest);
  return settings;
}

}  // namespace

TelemetryFeature::TelemetryFeature(const TelemetrySettings& settings, std::uint64_t boot_id, Instant start)
    : settings_{sane(settings)},
      boot_id_{boot_id},
      next_sample_{start + settings_.sample_interval},
      next_flush_{start + settings_.flush_interval},
      spool_{settings.spool_limit_bytes, start} {}

Duration TelemetryFeature::flush_interval() const {
  return flush_override_ != Duration{0} ? flush_override_ : settings_.flush_interval;
}

void TelemetryFeature::pump(Effects& effects, Instant now) {
  append(effects, sender_.pump(spool_, now));
}

void TelemetryFeature::finish_block(Effects& effects, Instant now) {
  next_flush_ = next_in_phase(next_flush_, flush_interval(), now);
  if (builder_.empty()) {
    return;
  }
  BlockContent content = builder_.take(clock_, settings_.sample_interval);
  content.boot_id = boot_id_;
  if (auto block = encode_block(content)) {  // the builder keeps to the bounds
    append(effects, spool_.add(std::move(block).value(), now));
    pump(effects, now);
  }
}

Effects TelemetryFeature::add_samples(const std::vector<Sample>& samples, Instant now, WallTime wall,
                                      bool clock_trusted) {
  clock_ = {now, wall, clock_trusted};
  builder_.add(samples, now);
  next_sample_ = next_in_phase(next_sample_, settings_.sample_interval, now);
  Effects effects;
  if (now >= next_flush_ || builder_.full()) {
    finish_block(effects, now);
  }
  return effects;
}

Effects TelemetryFeature::add_past(const std::vector<PastSample>& past, Instant now) {
  Effects effects;
  if (auto block = encode_block(block_of(past))) {
    append(effects, spool_.add(std::move(block).value(), now));
    pump(effects, now);
  }
  return effects;
}

Effects TelemetryFeature::flush(Instant now, WallTime wall, bool clock_trusted) {
  clock_ = {now, wall, clock_trusted};
  Effects effects;
  finish_block(effects, now);
  return effects;
}

Effects TelemetryFeature::configure(const TelemetrySettings& settings, Instant now) {
  const TelemetrySettings wanted = sane(settings);
  Effects effects;
  if (wanted.sample_interval != settings_.sample_interval) {
    finish_block(effects, now);  // a block has one interval
    next_sample_ = now + wanted.sample_interval;
  }
  settings_ = wanted;
  spool_.set_limit(settings_.spool_limit_bytes);
  next_flush_ = std::min(next_flush_, now + flush_interval());
  return effects;
}

Effects TelemetryFeature::on(const SpoolOpened& event, Instant now) {
  Effects effects = spool_.on(event, now);
  pump(effects, now);
  return effects;
}

Effects TelemetryFeature::on(const BlockStored& event, Instant now) {
  Effects effects = spool_.on(event, now);
  pump(effects, now);
  return effects;
}

Effects TelemetryFeature::on(const BlockLoaded& event, Instant now) {
  Effects effects = sender_.loaded(event, spool_);
  pump(effects, now);
  return effects;
}

Effects TelemetryFeature::on(const SpoolFailed& event, Instant now) {
  if (event.deed == SpoolDeed::Load) {
    Effects effects;
    sender_.load_failed(event, spool_, now);
    pump(effects, now);
    return effects;
  }
  Effects effects = spool_.on(event, now);
  pump(effects, now);
  return effects;
}

Effects TelemetryFeature::on(const SpoolTrimmed& event, Instant now) {
  Effects effects = spool_.on(event, now);
  pump(effects, now);
  return effects;
}

Effects TelemetryFeature::on(const SessionOpened& event, Instant now) {
  flush_override_ =
      event.flush_interval > Duration{0} ? std::clamp(event.flush_interval, kShortest, kLongest) : Duration{0};
  next_flush_ = std::min(next_flush_, now + flush_interval());
  Effects effects = spool_.session_opened(event.acknowledged_block, now);
  sender_.session_opened(event.acknowledged_block + 1);
  pump(effects, now);
  return effects;
}

Effects TelemetryFeature::on(const SessionClosed&, Instant) {
  sender_.session_closed();
  return {};
}

Effects TelemetryFeature::on(const FrameAcknowledged& event, Instant now) {
  Effects effects;
  if (event.frame_class == FrameClass::Telemetry) {
    effects = spool_.acknowledged(sender_.acknowledged(event.sequence), now);
    pump(effects, now);
  }
  return effects;
}

Effects TelemetryFeature::tick(Instant now) {
  Effects effects;
  next_sample_ = next_in_phase(next_sample_, settings_.sample_interval, now);
  if (now >= next_flush_) {
    finish_block(effects, now);
  }
  append(effects, spool_.tick(now));
  pump(effects, now);
  return effects;
}

Instant TelemetryFeature::next_deadline() const {
  return std::min({next_sample_, next_flush_, spool_.next_deadline(), sender_.next_deadline()});
}

std::vector<Sample> TelemetryFeature::samples(Instant) const {
  const auto number = [](std::uint64_t n) { return Value{static_cast<double>(n)}; };
  return {{SeriesId::SpoolBlocks, "", number(spool_.blocks())},
          {SeriesId::SpoolBytes, "", spool_.opened() ? number(spool_.disk_bytes()) : Value{Absent::NotYet}},
          {SeriesId::SpoolDropped, "", number(spool_.dropped())}};
}

}  // namespace karkara
