#include "agent/uplink/path_mtu.h"

#include <algorithm>

#include "common/splitmix.h"

namespace karkara {
namespace {

constexpr std::uint16_t kMostSize = 1500;
constexpr std::uint16_t kMiddle = 1280;  // IPv6 promises it, and nearly every tunnel keeps to it
constexpr unsigned kTries = 2;
// On top of a small echo's time-out: two packets of 1500 bytes on a line of 48 kbit/s.
constexpr Duration kLargeExtra = std::chrono::milliseconds{500};
constexpr Duration kFirstRetry = std::chrono::minutes{5};

// What paths have: Ethernet, PPPoE, tunnels, mobile carriers. Between two of them the lower one is taken, which wastes
// less than 2 % of a packet; a search to the byte would cost twice the echoes.
constexpr std::uint16_t kUsual[] = {576,  1000, 1280, 1300, 1320, 1340, 1350, 1360, 1380, 1390, 1400, 1410,
                                    1420, 1430, 1440, 1450, 1460, 1464, 1472, 1476, 1480, 1488, 1492, 1500};

std::vector<std::uint16_t> sizes_for(const MtuPath& path) {
  const std::uint16_t top = std::min(path.link_mtu, kMostSize);
  const std::uint16_t floor = path.source.family() == IpFamily::V4 ? 576 : kMiddle;
  std::vector<std::uint16_t> sizes;
  std::ranges::copy_if(kUsual, std::back_inserter(sizes), [&](std::uint16_t s) { return s >= floor && s < top; });
  if (top >= floor) {
    sizes.push_back(top);
  }
  return sizes;
}

}  // namespace

PathMtu::PathMtu(std::uint64_t nonce_seed, Duration repeat)
    : nonce_state_{nonce_seed}, repeat_{repeat}, retry_{kFirstRetry} {}

PathMtu::Echoes PathMtu::see(const std::optional<MtuPath>& path, Duration time_out, Instant now) {
  time_out_ = time_out;
  if (path == path_) {
    return {};
  }
  path_ = path;
  mtu_.reset();
  under_way_.reset();
  probed_.clear();
  retry_ = kFirstRetry;
  deadline_ = Instant::max();
  sizes_ = path_ ? sizes_for(*path_) : std::vector<std::uint16_t>{};
  return begin(now);
}

// A repeat asks first what was found the last time: mostly that is still right and one more echo says that no more is.
PathMtu::Echoes PathMtu::begin(Instant now) {
  if (sizes_.empty()) {
    return {};
  }
  probed_.clear();
  good_ = 0;
  bad_ = sizes_.size();
  lost_last_ = false;
  confirming_ = false;
  return probe(mtu_ ? index_of(*mtu_) : sizes_.size() - 1, now);
}

std::size_t PathMtu::index_of(std::uint16_t size) const {
  const auto above = std::ranges::upper_bound(sizes_, size);
  return above == sizes_.begin() ? 0 : static_cast<std::size_t>(above - sizes_.begin()) - 1;
}

PathMtu::Echoes PathMtu::probe(std::size_t index, Instant now) {
  tries_ = under_way_ && under_way_->size == sizes_[index] ? tries_ + 1 : 1;
  under_way_ = SizedEcho{splitmix64(nonce_state_), sizes_[index]};
  probed_.emplace(under_way_->nonce, under_way_->size);
  deadline_ = now + time_out_ + kLargeExtra;
  bytes_ += under_way_->size;
  return {*under_way_};
}

PathMtu::Echoes PathMtu::on(const EchoAnswered& answer, Instant now) {
  const auto found = probed_.find(answer.nonce);
  if (found == probed_.end()) {
    return {};
  }
  const std::uint16_t size = found->second;
  probed_.erase(found);
  bytes_ += size;
  good_ = std::max(good_, index_of(size) + 1);
  bad_ = good_ > bad_ ? sizes_.size() : bad_;  // answered late: that larger ones are lost is no longer known either
  if (!under_way_ || size < under_way_->size) {
    return {};  // a late one; the one under way goes on
  }
  lost_last_ = false;
  return proceed(now);
}

PathMtu::Echoes PathMtu::on(const EchoFailed& failure, Instant now) {
  // The interface's own refusal or an ICMP error, which may be forged: it costs one try, and the answer still counts.
  return under_way_ && failure.nonce == under_way_->nonce ? lost(now) : Echoes{};
}

PathMtu::Echoes PathMtu::tick(Instant now) {
  if (now < deadline_) {
    return {};
  }
  return under_way_ ? lost(now) : begin(now);
}

PathMtu::Echoes PathMtu::lost(Instant now) {
  const std::size_t index = index_of(under_way_->size);
  if (tries_ < kTries) {
    return probe(index, now);
  }
  if (confirming_) {
    return end(false, now);  // what passed a moment ago does not: the uplink failed, not a size
  }
  bad_ = std::min(bad_, std::max(index, good_));
  lost_last_ = true;
  return proceed(now);
}

PathMtu::Echoes PathMtu::proceed(Instant now) {
  under_way_.reset();
  confirming_ = false;
  if (const auto next = next_index()) {
    return probe(*next, now);
  }
  if (good_ > 0 && lost_last_) {
    confirming_ = true;
    return probe(good_ - 1, now);
  }
  return end(good_ > 0, now);
}

// The next size that tells something; nothing when the largest that passes is known, or that none does.
std::optional<std::size_t> PathMtu::next_index() const {
  if (good_ >= bad_) {
    return std::nullopt;
  }
  if (good_ == 0) {
    const std::size_t middle = index_of(kMiddle);
    return middle < bad_ ? middle : 0;
  }
  const bool repeat_holds = mtu_ && bad_ == sizes_.size() && good_ == index_of(*mtu_) + 1;
  return repeat_holds ? good_ : (good_ + bad_) / 2;
}

PathMtu::Echoes PathMtu::end(bool found, Instant now) {
  under_way_.reset();
  if (found) {
    mtu_ = sizes_[good_ - 1];
    retry_ = kFirstRetry;
    deadline_ = now + repeat_;
  } else {  // what an earlier search found stays: silence says nothing about sizes
    deadline_ = now + retry_;
    retry_ = std::min(2 * retry_, repeat_);
  }
  return {};
}

}  // namespace karkara
