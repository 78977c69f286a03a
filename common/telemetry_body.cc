#include "common/telemetry_body.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "common/telemetry_column.h"
#include "common/varint.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kTrustedBit = 1;    // the wall clock was trusted
constexpr std::uint64_t kIrregularBit = 2;  // the times are listed
constexpr std::int64_t kMostMilliseconds = BlockBounds::kWireInteger;

Error malformed(std::string_view what) {
  return {ErrorCode::InvalidArgument, "malformed: " + std::string{what}};
}

template <class D>
std::int64_t in_milliseconds(D duration) {
  return std::chrono::floor<milliseconds>(duration).count();
}

bool rises_from_zero(const std::vector<milliseconds>& offsets) {
  return (offsets.empty() || offsets.front().count() == 0) && std::is_sorted(offsets.begin(), offsets.end()) &&
         (offsets.empty() || offsets.back().count() <= kMostMilliseconds);
}

// What both ends hold to; the text says what is wrong, "" when nothing is.
std::string_view broken_rule(const BlockContent& content) {
  const auto within = [](std::int64_t ms) { return std::abs(ms) <= kMostMilliseconds; };
  if (content.columns.size() > BlockBounds::kColumns || content.offsets.size() > BlockBounds::kSamples ||
      content.columns.size() * content.offsets.size() > BlockBounds::kValues) {
    return "too many columns or samples";
  }
  if (!rises_from_zero(content.offsets) || !within(in_milliseconds(content.first_at.since_epoch())) ||
      content.first_since_boot.since_boot() < Duration{0} || content.interval < Duration{0}) {
    return "times are not in order";
  }
  std::set<std::pair<SeriesId, std::string_view>> seen;
  for (const Column& column : content.columns) {
    if (column.values.size() != content.offsets.size()) {
      return "a column is not as long as the times";
    }
    if (!is_block_instance(column.instance)) {
      return "an instance name is too long or not printable";
    }
    if (!seen.emplace(column.series, column.instance).second) {
      return "two columns have the same name";
    }
  }
  return "";
}

bool is_regular(const BlockContent& content) {
  for (std::size_t i = 0; i < content.offsets.size(); ++i) {
    if (content.offsets[i].count() != in_milliseconds(content.interval) * static_cast<std::int64_t>(i)) {
      return false;
    }
  }
  return true;
}

void append_times(std::vector<std::byte>& out, const BlockContent& content) {
  const bool regular = is_regular(content);
  append_varint(out, (content.clock_trusted ? kTrustedBit : 0) | (regular ? 0 : kIrregularBit));
  append_fixed(out, content.boot_id, 8);
  append_varint(out, zigzag(in_milliseconds(content.first_at.since_epoch())));
  append_varint(out, static_cast<std::uint64_t>(in_milliseconds(content.first_since_boot.since_boot())));
  append_varint(out, static_cast<std::uint64_t>(in_milliseconds(content.interval)));
  append_varint(out, content.offsets.size());
  if (!regular) {
    for (std::size_t i = 1; i < content.offsets.size(); ++i) {
      const milliseconds step = content.offsets[i] - content.offsets[i - 1];
      append_varint(out, zigzag(step.count() - in_milliseconds(content.interval)));
    }
  }
}

Status read_times(ByteReader& in, BlockContent& into) {
  const std::uint64_t flags = in.varint();
  into.clock_trusted = (flags & kTrustedBit) != 0;
  into.boot_id = in.fixed(8);
  const std::int64_t first_at = unzigzag(in.varint());
  const std::uint64_t since_boot = in.varint();
  const std::uint64_t interval = in.varint();
  const std::uint64_t samples = in.varint();
  constexpr auto kMost = static_cast<std::uint64_t>(kMostMilliseconds);
  if (in.failed() || flags > (kTrustedBit | kIrregularBit) || first_at > kMostMilliseconds ||
      first_at < -kMostMilliseconds || samples > BlockBounds::kSamples) {
    return malformed("the times are out of bounds");
  }
  // Instant and Duration count nanoseconds, so their bound is tighter: 2^43 ms are 278 years.
  if (since_boot > kMost >> 7U || interval > kMost >> 7U) {
    return malformed("the times are out of bounds");
  }
  into.first_at = WallTime{milliseconds{first_at}};
  into.first_since_boot = Instant{milliseconds{since_boot}};
  into.interval = milliseconds{interval};
  milliseconds at{0};
  for (std::uint64_t i = 0; i < samples; ++i) {
    if (i > 0) {
      const std::int64_t difference = (flags & kIrregularBit) != 0 ? unzigzag(in.varint()) : 0;
      if (in.failed() || difference > kMostMilliseconds || difference < -static_cast<std::int64_t>(interval)) {
        return malformed("a sample time is out of order");
      }
      at += milliseconds{difference + static_cast<std::int64_t>(interval)};
    }
    if (at.count() > kMostMilliseconds) {
      return malformed("a sample time is out of order");
    }
    into.offsets.push_back(at);
  }
  return {};
}

Result<std::vector<std::string>> read_instances(ByteReader& in) {
  std::vector<std::string> instances;
  const std::uint64_t count = in.varint();
  if (count > BlockBounds::kColumns) {
    return malformed("too many instance names");
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto bytes = in.take(std::min<std::uint64_t>(in.varint(), BlockBounds::kInstanceBytes + 1));
    instances.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (in.failed() || !is_block_instance(instances.back())) {
      return malformed("an instance name is too long or not printable");
    }
  }
  return instances;
}

Status read_columns(ByteReader& in, BlockContent& into) {
  const auto instances = read_instances(in);
  if (!instances) {
    return instances.error();
  }
  const std::uint64_t columns = in.varint();
  if (columns > BlockBounds::kColumns || columns * into.offsets.size() > BlockBounds::kValues) {
    return malformed("too many columns or samples");
  }
  std::int64_t series = 0;
  for (std::uint64_t i = 0; i < columns; ++i) {
    const std::int64_t step = unzigzag(in.varint());
    const std::uint64_t instance = in.varint();
    if (in.failed() || step > 0xffff || step < -0xffff || instance >= instances->size()) {
      return malformed("a column's name is out of bounds");
    }
    series += step;
    if (series < 0 || series > 0xffff) {
      return malformed("a column's name is out of bounds");
    }
    Column column{.series = static_cast<SeriesId>(series), .instance = (*instances)[instance], .values = {}};
    if (const Status read = read_column_values(in, into.offsets.size(), column); !read) {
      return read;
    }
    into.columns.push_back(std::move(column));
  }
  return {};
}

}  // namespace

Result<std::vector<std::byte>> encode_body(const BlockContent& content) {
  if (const auto broken = broken_rule(content); !broken.empty()) {
    return Error{ErrorCode::InvalidArgument, std::string{broken}};
  }
  std::vector<std::byte> out;
  append_times(out, content);
  std::map<std::string_view, std::uint64_t> instances;
  for (const Column& column : content.columns) {
    instances.emplace(column.instance, 0);
  }
  append_varint(out, instances.size());
  for (std::uint64_t index = 0; auto& [name, place] : instances) {
    place = index++;
    append_varint(out, name.size());
    const auto bytes = std::as_bytes(std::span{name});
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
  append_varint(out, content.columns.size());
  std::int64_t before = 0;
  for (const Column& column : content.columns) {
    const auto series = static_cast<std::int64_t>(column.series);
    append_varint(out, zigzag(series - std::exchange(before, series)));
    append_varint(out, instances[column.instance]);
    if (const Status written = append_column_values(out, column); !written) {
      return written.error();
    }
  }
  return out;
}

Result<BlockContent> decode_body(std::span<const std::byte> body) {
  ByteReader in{body};
  BlockContent content;
  if (const Status times = read_times(in, content); !times) {
    return times.error();
  }
  if (const Status columns = read_columns(in, content); !columns) {
    return columns.error();
  }
  if (in.remaining() != 0) {
    return malformed("bytes behind the last column");
  }
  if (const auto broken = broken_rule(content); !broken.empty()) {
    return malformed(broken);
  }
  return content;
}

}  // namespace karkara
