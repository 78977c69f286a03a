#include "agent/codec/traffic_control_counts.h"

#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>

#include <algorithm>
#include <cstddef>

#include "agent/codec/netlink_attributes.h"

namespace karkara::traffic_control {
namespace {

// struct gnet_stats_basic without its padding, which some kernels leave out.
constexpr std::size_t kBasicSize = offsetof(gnet_stats_basic, packets) + sizeof(gnet_stats_basic::packets);

template <class T>
T read(std::span<const std::byte> bytes, std::size_t at = 0) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

// Of a flow, which the kernel calls a class; the queue's own statistics tell no delay.
std::optional<std::uint32_t> fq_codel_delay(std::span<const std::byte> own) {
  if (own.size() < offsetof(tc_fq_codel_xstats, class_stats) + sizeof(tc_fq_codel_cl_stats) ||
      read<std::uint32_t>(own) != TCA_FQ_CODEL_XSTATS_CLASS) {
    return std::nullopt;
  }
  return read<std::uint32_t>(own, offsetof(tc_fq_codel_xstats, class_stats) + offsetof(tc_fq_codel_cl_stats, ldelay));
}

// The longest of its tins; ours has one.
Result<std::optional<std::uint32_t>> cake_delay(std::span<const std::byte> own) {
  NetlinkAttributes attributes{own};
  const auto tins = attributes.bytes(TCA_CAKE_STATS_TIN_STATS, 0);
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  std::optional<std::uint32_t> longest;
  NetlinkAttributes each{tins.value_or(std::span<const std::byte>{})};
  for (unsigned tin = 1; tin <= TC_CAKE_MAX_TINS; ++tin) {
    NetlinkAttributes values{each.bytes(tin, 0).value_or(std::span<const std::byte>{})};
    longest = std::max(longest, values.u32(TCA_CAKE_TIN_STATS_AVG_DELAY_US));
    if (auto status = values.status(); !status) {
      return status.error();
    }
  }
  if (auto status = each.status(); !status) {
    return status.error();
  }
  return longest;
}

}  // namespace

Result<QueueCount> decode_counts(const std::string& kind, std::span<const std::byte> statistics) {
  NetlinkAttributes attributes{statistics};
  const auto basic = attributes.bytes(TCA_STATS_BASIC, kBasicSize);
  const auto wide = attributes.bytes(TCA_STATS_PKT64, sizeof(std::uint64_t));
  const auto queue = attributes.bytes(TCA_STATS_QUEUE, sizeof(gnet_stats_queue));
  const auto own = attributes.bytes(TCA_STATS_APP, 0);
  if (auto status = attributes.status(); !status) {
    return status.error().in("counts");
  }
  QueueCount count;
  if (basic) {
    count.bytes = read<std::uint64_t>(*basic);
    count.packets =
        wide ? read<std::uint64_t>(*wide) : read<std::uint32_t>(*basic, offsetof(gnet_stats_basic, packets));
  }
  if (queue) {
    const auto values = read<gnet_stats_queue>(*queue);
    count.drops = values.drops;
    count.backlog = values.backlog;
    count.queued = values.qlen;
  }
  if (own && kind == "fq_codel") {
    count.delay = fq_codel_delay(*own);
  }
  if (own && kind == "cake") {
    const auto delay = cake_delay(*own);
    if (!delay) {
      return delay.error().in("counts of cake");
    }
    count.delay = *delay;
  }
  return count;
}

}  // namespace karkara::traffic_control
