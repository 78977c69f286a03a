// The steps that look around and that begin anew: scan and survey of a radio, and its reset.
#include <algorithm>
#include <filesystem>
#include <thread>

#include "agent/codec/link_request.h"
#include "agent/codec/nl80211_interface.h"
#include "agent/codec/nl80211_scan.h"
#include "agent/codec/nl80211_survey.h"
#include "agent/io/driver_rebind.h"
#include "agent/io/errno_error.h"
#include "agent/io/netlink_dump.h"
#include "agent/io/wifi_steps.h"

namespace karkara {
namespace {

constexpr std::size_t kMostHeard = 512;
constexpr auto kOfChannel = std::chrono::milliseconds{150};  // it listens for one beacon interval, and then some
constexpr auto kAtLeast = std::chrono::milliseconds{1'000};
constexpr std::size_t kAllChannels = 40;

template <class Unit>
std::optional<Duration> time_of(std::optional<std::uint64_t> count) {
  constexpr std::uint64_t kLongestTime = std::uint64_t{1} << 40U;
  return count ? std::optional<Duration>{Unit{std::min(*count, kLongestTime)}} : std::nullopt;
}

WifiAirSeen& air_at(std::vector<WifiAirSeen>& air, std::uint32_t frequency) {
  const auto found = std::ranges::find(air, frequency, &WifiAirSeen::frequency);
  if (found != air.end()) {
    return *found;
  }
  air.push_back({frequency});
  return air.back();
}

std::optional<WifiDaemon> daemon_of(const WifiMark& mark) {
  if (mark.text.starts_with("hostapd ")) {
    return WifiDaemon::Hostapd;
  }
  return mark.text.starts_with("wpa_supplicant ") ? std::optional{WifiDaemon::Supplicant} : std::nullopt;
}

}  // namespace

Result<std::vector<WifiSteps::Owned>> WifiSteps::interfaces() {
  const auto rows = dump<nl80211::Interface>(
      kernel_.generic(), nl80211::encode_get_interfaces(wifi_), kMostHeard,
      [&](const NetlinkMessage& message) { return nl80211::decode_interface(message, wifi_); });
  if (!rows || rows->error != 0) {
    return rows ? errno_error(rows->error, "Wi-Fi interfaces") : rows.error();
  }
  std::vector<Owned> all;
  for (const nl80211::Interface& row : rows->rows) {
    all.push_back({row.link, row.wiphy, row.name});
  }
  return all;
}

Status WifiSteps::add_heard(std::uint32_t link, std::vector<WifiAirSeen>& air) {
  const auto surveys = dump<nl80211::ChannelSurvey>(
      kernel_.generic(), nl80211::encode_get_survey(wifi_, link), kMostHeard,
      [&](const NetlinkMessage& message) { return nl80211::decode_survey(message, wifi_); });
  if (!surveys) {
    return surveys.error();
  }
  for (const nl80211::ChannelSurvey& row : surveys->rows) {
    WifiAirSeen& seen = air_at(air, row.frequency_mhz);
    seen.noise = row.noise_dbm ? std::optional{Dbm{static_cast<double>(*row.noise_dbm)}} : std::nullopt;
    seen.active = time_of<std::chrono::milliseconds>(row.time_ms);
    seen.busy = time_of<std::chrono::milliseconds>(row.busy_ms);
  }
  const auto networks = dump<nl80211::HeardNetwork>(
      kernel_.generic(), nl80211::encode_get_scan(wifi_, link), kMostHeard,
      [&](const NetlinkMessage& message) { return nl80211::decode_heard_network(message, wifi_); });
  if (!networks) {
    return networks.error();
  }
  for (const nl80211::HeardNetwork& row : networks->rows) {
    ++air_at(air, row.frequency_mhz).networks;
  }
  return {};
}

Status WifiSteps::run(const SurveyAir& deed, WifiMarks& /*marks*/) {
  const auto all = interfaces();
  if (!all) {
    return all.error();
  }
  const auto found = std::ranges::find(*all, deed.name, &Owned::name);
  if (found == all->end()) {
    return Error{ErrorCode::Unavailable, deed.name + ": is not there"};
  }
  if (!is_up(deed.name)) {
    if (Status status = kernel_.change_link(rtnetlink::encode_switch_link(found->link, true), deed.name); !status) {
      return status;
    }
  }
  nl80211::Scan scan;
  scan.link = found->link;
  scan.frequencies_mhz = deed.frequencies;
  auto request = nl80211::encode_scan(wifi_, scan);
  if (!request) {
    return request.error();
  }
  if (Status status = kernel_.change_wifi(std::move(*request), deed.name + ", scanning"); !status) {
    return status;
  }
  const auto channels = static_cast<int>(deed.frequencies.empty() ? kAllChannels : deed.frequencies.size());
  std::this_thread::sleep_for(kAtLeast + kOfChannel * channels);
  std::vector<WifiAirSeen> air;
  Status status = add_heard(found->link, air);
  for (const std::uint32_t frequency : deed.frequencies) {
    air_at(air, frequency);  // drivers without a survey tell of networks alone: where none is, it was quiet
  }
  if (status) {
    air_[found->wiphy] = std::move(air);
  }
  return status;
}

// Whatever the agent set up on it goes; the next looks find it missing and make it anew.
Status WifiSteps::run(const ResetRadio& deed, WifiMarks& marks) {
  const auto all = interfaces();
  if (!all) {
    return all.error();
  }
  for (const auto& [name, mark] : marks.all()) {
    const auto found = std::ranges::find(*all, name, &Owned::name);
    if (found == all->end() || found->wiphy != deed.wiphy) {
      continue;
    }
    if (const auto daemon = daemon_of(mark); daemon && !run(StopWifiDaemon{*daemon, name}, marks)) {
      continue;  // it runs on: its mark is what ends it later
    }
    static_cast<void>(run(LeaveMesh{name}, marks));
    static_cast<void>(run(RemoveWifiInterface{name}, marks));
  }
  const Status status = rebind_driver(std::filesystem::path{"/sys/class/ieee80211"} / deed.phy / "device");
  return status ? status : Status{status.error().in(deed.phy)};
}

}  // namespace karkara
