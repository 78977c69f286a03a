#include "agent/io/traffic_watch.h"

#include <algorithm>

#include "agent/io/traffic_abilities.h"

namespace karkara {
namespace {

// The trial's own device causes dumps: one that fails must not come again with each.
constexpr std::chrono::minutes kBetweenTries{5};
constexpr unsigned kMostFailedTries = 2;

bool has_ours(const SeenTraffic& seen, const std::vector<Link>& links) {
  return !seen.redirects.empty() || std::ranges::any_of(seen.roots, [](const SeenRoot& root) {
    return root.major == kShaperMajor && root.kind == "htb";
  }) || std::ranges::any_of(links, [](const Link& link) { return link.name == kDownloadDevice; });
}

}  // namespace

std::optional<TrafficOp> traffic_step(const NetworkOp& op) {
  return std::visit(
      [](const auto& step) -> std::optional<TrafficOp> {
        if constexpr (is_traffic_step<std::decay_t<decltype(step)>>) {
          return TrafficOp{step};
        } else {
          return std::nullopt;
        }
      },
      op);
}

void TrafficWatch::look(KernelSnapshot& into) {
  into.traffic.abilities = abilities_;
  if (!is_on()) {
    return;
  }
  if (auto seen = dump()) {
    seen_ = std::move(*seen);
    read_ = true;
  } else if (seen.error().code == ErrorCode::FailedPrecondition) {
    seen_ = {};
    abilities_ = TrafficAbilities{};
    read_ = true;
  }
  if (!read_) {
    into.traffic.unread = true;
    return;
  }
  present_ = has_ours(seen_, into.links);
  if (!is_on()) {
    requests_.reset();  // its buffer is large for a small router
    seen_ = {};
    read_ = false;
    present_ = false;
    return;
  }
  if (wanted_) {
    find_abilities();
  }
  into.traffic = seen_;
  into.traffic.abilities = abilities_;
}

TrafficRequests::Done TrafficWatch::change(std::span<const TrafficOp> ops) {
  present_ = true;
  const auto kernel = requests();
  return kernel ? (*kernel)->change(ops) : TrafficRequests::Done{0, kernel.error()};
}

Result<std::vector<ShaperCount>> TrafficWatch::counts(std::span<const std::uint32_t> links) {
  const auto kernel = requests();
  return kernel ? (*kernel)->counts(links) : kernel.error();
}

Result<TrafficRequests*> TrafficWatch::requests() {
  if (!requests_) {
    auto opened = TrafficRequests::open();
    if (!opened) {
      return opened.error();
    }
    requests_ = std::move(*opened);
  }
  return &*requests_;
}

Result<SeenTraffic> TrafficWatch::dump() {
  const auto kernel = requests();
  return kernel ? (*kernel)->dump() : kernel.error();
}

void TrafficWatch::find_abilities() {
  const auto now = Clock::now();
  if (abilities_ || !may_try_ || now < next_try_) {
    return;
  }
  next_try_ = now + kBetweenTries;
  if (const auto found = try_traffic_abilities()) {
    abilities_ = *found;
  } else if (++failed_tries_ >= kMostFailedTries) {
    abilities_ = TrafficAbilities{};  // people have to hear that nothing is shaped
  }
}

}  // namespace karkara
