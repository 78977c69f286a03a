#include "agent/telemetry/block_builder.h"

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::milliseconds;

// A router has 128 MB and a value in memory takes 16 bytes; a day of minutes is plenty for one block.
constexpr std::size_t kMostValues = 32'768;
constexpr std::size_t kMostSamples = 1'440;

milliseconds whole_milliseconds(Instant at) {
  return std::chrono::floor<milliseconds>(at.since_boot());
}

}  // namespace

Column* BlockBuilder::column(const Sample& sample) {
  const auto at = columns_.find({sample.series, sample.instance});
  if (at != columns_.end()) {
    return &at->second;
  }
  if (!is_block_instance(sample.instance) || columns_.size() >= BlockBounds::kColumns) {
    return nullptr;
  }
  Column fresh = column_of(sample.series, sample.instance);
  fresh.values.assign(times_.size() - 1, Absent::NotYet);
  return &columns_.emplace(std::pair{sample.series, sample.instance}, std::move(fresh)).first->second;
}

void BlockBuilder::add(const std::vector<Sample>& samples, Instant now) {
  times_.push_back(times_.empty() ? now : std::max(now, times_.back()));
  for (const Sample& sample : samples) {
    if (Column* into = column(sample)) {
      into->values.resize(times_.size() - 1, Absent::Stale);
      into->values.push_back(sample.value);
    }
  }
  for (auto& [name, column] : columns_) {
    column.values.resize(times_.size(), Absent::Stale);
  }
}

bool BlockBuilder::full() const {
  return times_.size() >= kMostSamples || times_.size() * columns_.size() >= kMostValues;
}

BlockContent BlockBuilder::take(const WallReading& clock, Duration interval) {
  BlockContent content;
  content.clock_trusted = clock.trusted;
  content.interval = std::chrono::floor<milliseconds>(interval);
  if (!times_.empty()) {
    const milliseconds first = whole_milliseconds(times_.front());
    const Duration ago = clock.at.since_boot() - first;
    content.first_since_boot = Instant{first};
    content.first_at = WallTime{std::chrono::floor<milliseconds>(clock.wall.since_epoch() - ago)};
    for (const Instant at : times_) {
      content.offsets.push_back(whole_milliseconds(at) - first);
    }
  }
  for (auto& [name, column] : columns_) {
    content.columns.push_back(std::move(column));
  }
  columns_.clear();
  times_.clear();
  return content;
}

}  // namespace karkara
