// The shaping feature's telemetry: what each rate, class and quota is at.
#include <fmt/format.h>

#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

const char* name_of(LinkDirection which) {
  return which == LinkDirection::Up ? "up" : "down";
}

double seconds_in(Duration time) {
  return std::chrono::duration<double>(time).count();
}

// "public/day", "public/cellular/month"
std::string instance_of_quota(const QuotaKey& key, const char* period) {
  return key.kind ? fmt::format("{}/{}/{}", key.of.text(), word_of(*key.kind), period)
                  : fmt::format("{}/{}", key.of.text(), period);
}

}  // namespace

std::string ShapingFeature::instance_of(std::size_t uplink, LinkDirection which) const {
  return fmt::format("{}/{}", settings_.uplinks[uplink].id.text(), name_of(which));
}

template <class Each>
void ShapingFeature::for_each_counted(const Each& each) const {
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : kBothDirections) {
      for (std::uint32_t number = 0; number < class_count(); ++number) {
        const auto* flow = counts_.find(queue_of(i, which), leaf_minor(uplinks_[i].fact.slot, number));
        if (flow && flow->now.bytes > 0) {
          each(instance_of(i, which) + "/" + class_name(number), *flow);
        }
      }
    }
  }
  // Counters must not jump from one uplink to another with the tunnel.
  for (std::uint32_t number = 0; now_.tunnel && number < class_count(); ++number) {
    const auto* flow = counts_.find(now_.tunnel->link.link, leaf_minor(kTunnelSlot, number));
    if (flow && flow->now.bytes > 0) {
      each("tunnel/up/" + class_name(number), *flow);
    }
  }
}

template <class Each>
void ShapingFeature::for_each_quota(const Each& each) const {
  for (const QuotaStanding& standing : quotas_.standings()) {
    if (standing.limits.daily) {
      each(instance_of_quota(standing.key, "day"), standing.today, *standing.limits.daily);
    }
    if (standing.limits.monthly) {
      each(instance_of_quota(standing.key, "month"), standing.month, *standing.limits.monthly);
    }
  }
}

std::vector<Sample> ShapingFeature::samples() const {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : kBothDirections) {
      const auto& of = uplinks_[i].directions[static_cast<std::size_t>(which)];
      const auto* all = counts_.find(queue_of(i, which), slot_minor(uplinks_[i].fact.slot));
      if (of && settings_.uplinks[i].adaptive && all && all->now.bytes > 0) {
        samples.push_back({SeriesId::ShaperRate, instance_of(i, which), of->rate.rate().value() / 8});
      }
    }
  }
  for_each_counted([&](const std::string& instance, const TreeCounts::Flow& flow) {
    samples.push_back({SeriesId::ClassBytes, instance, static_cast<double>(flow.now.bytes)});
  });
  for_each_quota([&](const std::string& instance, std::uint64_t used, std::uint64_t /*limit*/) {
    samples.push_back({SeriesId::QuotaUsed, instance, static_cast<double>(used)});
  });
  for (const auto& [of, looks] : quotas_.unbelieved()) {
    samples.push_back({SeriesId::QuotaUnbelieved, of.text(), static_cast<double>(looks)});
  }
  return samples;
}

std::vector<Sample> ShapingFeature::live_samples() const {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : kBothDirections) {
      if (const auto& of = uplinks_[i].directions[static_cast<std::size_t>(which)]) {
        samples.push_back({SeriesId::ShaperAddedDelay, instance_of(i, which), seconds_in(of->rate.added())});
      }
    }
  }
  for_each_counted([&](const std::string& instance, const TreeCounts::Flow& flow) {
    samples.push_back({SeriesId::ClassDrops, instance, static_cast<double>(flow.now.drops)});
    if (flow.now.delay) {
      samples.push_back({SeriesId::ClassDelay, instance, static_cast<double>(*flow.now.delay) / 1e6});
    }
  });
  for_each_quota([&](const std::string& instance, std::uint64_t /*used*/, std::uint64_t limit) {
    samples.push_back({SeriesId::QuotaLimit, instance, static_cast<double>(limit)});
  });
  return samples;
}

}  // namespace karkara
