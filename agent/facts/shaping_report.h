// What shaping does now, as plain values for people: per uplink and direction a rate with its reason, per class what it
// is promised and what it gets. Rates in bits a second, on the wire.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace karkara {

struct ShapedClassReport {
  std::string id;  // "control", a configured class, "other"
  double guarantee = 0;
  double ceiling = 0;
  std::uint8_t priority = 0;
  std::string terms;                    // why it is not as configured: "closed by its hours", "80 % of its quota used"
  std::optional<double> carried{};      // of the last seconds; none: not counted yet
  std::optional<double> drops{};        // packets a second
  std::uint64_t backlog = 0;            // bytes waiting
  std::optional<double> delay_seconds;  // that packets wait here
  std::uint64_t bytes = 0;              // since the tree was made
  friend bool operator==(const ShapedClassReport&, const ShapedClassReport&) = default;
};

struct ShapedDirectionReport {
  std::string uplink;
  bool download = false;
  std::string device;  // where it queues
  bool shaped = false;
  std::string why_not;  // when it is not
  double rate = 0;
  double floor = 0;
  double base = 0;
  double most = 0;
  bool adaptive = false;
  std::string reason;  // of the rate: "link-queue"
  std::int64_t since_seconds = 0;
  std::optional<double> carried{};
  std::optional<double> added_delay_seconds{};  // of answers, above the path's own
  std::vector<std::string> evidence;            // for explain
  std::vector<ShapedClassReport> classes;
  friend bool operator==(const ShapedDirectionReport&, const ShapedDirectionReport&) = default;
};

struct ClassQuotaReport {
  std::string id;
  std::string kind;    // of uplinks; empty: all
  std::string period;  // "day", "month"
  std::uint64_t used = 0;
  std::uint64_t limit = 0;
  std::optional<double> ceiling_percent{};  // in force because of it
  friend bool operator==(const ClassQuotaReport&, const ClassQuotaReport&) = default;
};

// One device of the village in one class. Rates in bits a second of IP packets, between the last two counts.
struct ShapedHostReport {
  std::string address;
  std::string of_class;
  std::optional<double> down{};
  std::optional<double> up{};
  std::uint64_t bytes = 0;  // both ways, of its present flows
  friend bool operator==(const ShapedHostReport&, const ShapedHostReport&) = default;
};

struct ShapingReport {
  bool enabled = false;
  std::string leaf;                    // "cake", "fq_codel", "pfifo"; empty: the kernel was not asked yet
  std::vector<std::string> obstacles;  // "vsat0 has a queueing discipline of another program (mq)"
  std::vector<ShapedDirectionReport> directions;
  std::vector<ClassQuotaReport> quotas;
  std::vector<ShapedHostReport> hosts{};  // the busiest, when they were asked for in the last seconds
  std::string hosts_unknown{};            // why there are none
  friend bool operator==(const ShapingReport&, const ShapingReport&) = default;
};

}  // namespace karkara
