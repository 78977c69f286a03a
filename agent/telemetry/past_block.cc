#include "agent/telemetry/past_block.h"

#include <map>
#include <utility>

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr Duration kDay = std::chrono::hours{24};  // the usual step, which then costs nothing

WallTime whole_milliseconds(WallTime at) {
  return WallTime{std::chrono::floor<milliseconds>(at.since_epoch())};
}

}  // namespace

BlockContent block_of(const std::vector<PastSample>& past) {
  BlockContent content;
  content.clock_trusted = true;
  content.interval = kDay;
  std::map<std::pair<SeriesId, std::string>, Column> columns;
  for (const PastSample& each : past) {
    const WallTime at = whole_milliseconds(each.at);
    if (content.offsets.empty()) {
      content.first_at = at;
    }
    const auto offset = std::chrono::duration_cast<milliseconds>(at - content.first_at);
    if (offset < (content.offsets.empty() ? milliseconds{} : content.offsets.back())) {
      continue;
    }
    for (const Sample& sample : each.samples) {
      if (is_block_instance(sample.instance)) {
        auto& column = columns.try_emplace({sample.series, sample.instance}, column_of(sample.series, sample.instance))
                           .first->second;
        column.values.resize(content.offsets.size(), Absent::NotAvailable);
        column.values.push_back(sample.value);
      }
    }
    content.offsets.push_back(offset);
  }
  for (auto& [name, column] : columns) {
    column.values.resize(content.offsets.size(), Absent::NotAvailable);
    content.columns.push_back(std::move(column));
  }
  return content;
}

}  // namespace karkara
