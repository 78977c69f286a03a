#include "tests/agent/uplink/uplink_village.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "agent/uplink/nft_plan.h"

namespace karkara {

UplinkSettings uplink_settings(const std::string& id, const std::string& interface, std::uint32_t preference,
                               bool metered) {
  UplinkSettings settings;
  settings.id = *UplinkId::parse(id);
  settings.interface = interface;
  settings.preference = preference;
  settings.metered = metered;
  if (metered) {
    settings.standby_echo_interval = std::chrono::minutes{15};
  }
  return settings;
}

ClassSettings traffic_class(const char* id, const char* subnet, MeteredUse metered) {
  ClassSettings settings;
  settings.id = *ClassId::parse(id);
  if (subnet[0] != '\0') {
    settings.subnets = {*IpPrefix::parse(subnet)};
  }
  settings.metered = metered;
  return settings;
}

UplinkFeatureSettings village_settings() {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("lte", "lte0", 20, true)};
  settings.classes = {traffic_class("health", "10.20.1.0/24", MeteredUse::Always),
                      traffic_class("public", "", MeteredUse::Never)};
  return settings;
}

std::string class_uplink(UplinkVillage& village, const std::string& id) {
  for (const ClassReport& report : village.feature().report(village.now(), {}).classes) {
    if (report.id == id) {
      return report.uplink;
    }
  }
  return "no such class";
}

UplinkVillage::UplinkVillage(UplinkFeatureSettings settings, std::vector<SimulatedLink> links)
    : feature_{std::move(settings), UplinkStart{.nonce_seed = 42}}, links_{std::move(links)} {}

KernelSnapshot UplinkVillage::snapshot() const {
  KernelSnapshot kernel;
  for (const SimulatedLink& link : links_) {
    kernel.links.push_back({.index = link.index,
                            .name = link.interface,
                            .admin_up = true,
                            .carrier = link.carrier,
                            .mtu = 1500,
                            .received_bytes = link.received_bytes});
    const std::string net = "10.0." + std::to_string(link.index) + ".";
    if (link.address) {
      kernel.addresses.push_back({.link = link.index, .prefix = *IpPrefix::parse(net + "2/24")});
    }
    Route route;
    route.destination = IpPrefix::everything(IpFamily::V4);
    route.table = kMainTable;
    route.link = link.index;
    route.gateway = IpAddress::parse(net + "1");
    kernel.routes.push_back(route);
  }
  kernel.routes.insert(kernel.routes.end(), left_in_kernel_.begin(), left_in_kernel_.end());
  kernel.links.insert(kernel.links.end(), lan_links_.begin(), lan_links_.end());
  kernel.addresses.insert(kernel.addresses.end(), lan_addresses_.begin(), lan_addresses_.end());
  kernel.offloaded = offloaded_;
  return kernel;
}

void UplinkVillage::add_lan(const std::string& interface, std::uint32_t index, const char* address) {
  Link link;
  link.index = index;
  link.name = interface;
  link.admin_up = link.carrier = true;
  lan_links_.push_back(link);
  LinkAddress there;
  there.link = index;
  there.prefix = IpPrefix::parse(address).value();
  lan_addresses_.push_back(there);
}

void UplinkVillage::boot() {
  IdentityKnown identity;
  identity.anchors = {{*AnchorId::parse("niamey"), *IpEndpoint::parse("203.0.113.21:7445")},
                      {*AnchorId::parse("abroad"), *IpEndpoint::parse("203.0.113.22:7445")}};
  take(feature_.on(identity, now_));
  see_kernel();
}

void UplinkVillage::restart(UplinkFeatureSettings settings) {
  left_in_kernel_ = feature_.wanted().routes;
  feature_ = UplinkFeature{std::move(settings), UplinkStart{.nonce_seed = 43}};
  answers_.clear();
  moves_.clear();
  boot();
}

void UplinkVillage::restart_with_disk(UplinkFeatureSettings settings, std::uint64_t boot) {
  left_in_kernel_ = feature_.wanted().routes;
  feature_ =
      UplinkFeature{std::move(settings), UplinkStart{.nonce_seed = 44, .boot = boot, .persisted = kept_, .now = now_}};
  answers_.clear();
  moves_.clear();
  UplinkVillage::boot();
}

void UplinkVillage::see_kernel() {
  take(feature_.on(KernelSeen{snapshot()}, now_));
}

SimulatedLink& UplinkVillage::link(const std::string& interface) {
  for (SimulatedLink& link : links_) {
    if (link.interface == interface) {
      return link;
    }
  }
  throw std::out_of_range{interface};
}

void UplinkVillage::set_carrier(const std::string& interface, bool carrier) {
  link(interface).carrier = carrier;
  const KernelSnapshot kernel = snapshot();
  take(feature_.on(LinkChanged{*kernel.link_named(interface)}, now_));
}

void UplinkVillage::set_address(const std::string& interface, bool address) {
  link(interface).address = address;
  see_kernel();
}

std::string UplinkVillage::state(const std::string& uplink) const {
  for (const UplinkReport& report : feature_.report(now_, WallTime{}).uplinks) {
    if (report.id == uplink) {
      return report.state;
    }
  }
  return "unknown uplink";
}

void UplinkVillage::set_traffic(double packets_per_second) {
  count_traffic();
  traffic_ = packets_per_second;
}

void UplinkVillage::send_one_packet() {
  count_traffic();
  for (SimulatedLink& way : links_) {
    if (way.interface == interface_of(active())) {
      way.sent += 1;
      way.answered += way.passes && way.carrier && !way.walled ? 1 : 0;
    }
  }
}

std::string UplinkVillage::interface_of(const std::string& uplink) const {
  for (const UplinkReport& report : feature_.report(now_, WallTime{}).uplinks) {
    if (report.id == uplink) {
      return report.interface;
    }
  }
  return "";
}

void UplinkVillage::count_traffic() {
  const double packets = traffic_ * std::chrono::duration<double>(now_ - counted_until_).count();
  counted_until_ = now_;
  if (packets <= 0) {
    return;
  }
  const std::string interface = interface_of(active());
  for (SimulatedLink& way : links_) {
    if (way.interface == interface) {
      const bool lost = !way.passes || !way.carrier || way.walled || (way.loses && way.loses(now_));
      way.sent += packets;
      way.answered += lost ? 0 : packets;
    }
  }
}

FlowCountersRead UplinkVillage::counters() {
  count_traffic();
  FlowCountersRead read;
  std::uint32_t slot = 0;
  for (const SimulatedLink& way : links_) {
    read.counters.push_back({sent_counter(slot), static_cast<std::uint64_t>(way.sent), 0});
    read.counters.push_back({answered_counter(slot), static_cast<std::uint64_t>(way.answered), 0});
    ++slot;
  }
  return read;
}

void UplinkVillage::take(const Effects& effects) {
  for (const Effect& effect : effects) {
    perform(effect);
  }
}

void UplinkVillage::perform(const Effect& effect) {
  if (const auto* echo = std::get_if<SendEcho>(&effect)) {
    const SimulatedLink& way = link(echo->interface);
    sent_[echo->interface].push_back(now_);
    const bool lost = way.full || !way.passes || !way.carrier || (way.loses && way.loses(now_)) ||
                      echo->anchor.id.text() == dead_anchor_;
    answers_.emplace(now_ + way.round_trip, Answer{*echo, lost});
    if (errors_ > 0) {
      --errors_;
      failed_.push_back({echo->uplink, echo->nonce, "host unreachable"});
    }
  } else if (const auto* check = std::get_if<CheckContent>(&effect)) {
    look_at_truth(*check);
  } else if (std::holds_alternative<ReadFlowCounters>(effect)) {
    ++looks_;
    read_at_ = now_;
  } else if (const auto* note = std::get_if<Note>(&effect)) {
    notes_.push_back(note->id);
    if (note->id == MessageId::UplinkSwitched) {
      moves_.push_back(note->fields[0].second + ">" + note->fields[1].second + " " + note->fields[2].second);
    }
  } else if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
    alarms_[alarm->key] = alarm->raised;
  } else if (const auto* persist = std::get_if<Persist>(&effect)) {
    kept_[persist->key] = persist->bytes;
    ++writes_[persist->key];
  } else if (const auto* flush = std::get_if<FlushMarkedFlows>(&effect)) {
    deeds_.push_back(fmt::format("flush {:#x}", flush->flows.mark));
  } else if (const auto* end = std::get_if<EndOwnConnections>(&effect)) {
    deeds_.push_back("end " + end->source.text());
  } else if (const auto* resolve = std::get_if<WriteResolvers>(&effect)) {
    deeds_.push_back("resolve " + resolve->servers.front().text());
  }
}

void UplinkVillage::look_at_truth(const CheckContent& check) {
  constexpr Duration kPatience = std::chrono::seconds{5};
  constexpr int kRoundTrips = 3;
  checks_[check.interface].push_back(now_);
  const SimulatedLink& way = link(check.interface);
  if (way.content) {
    const bool lost = *way.content == ContentVerdict::Signed && !way.passes;
    const ContentVerdict seen = lost ? ContentVerdict::Silent : *way.content;
    const bool silent = seen == ContentVerdict::Silent;
    looks_at_truth_.emplace(now_ + (silent ? kPatience : kRoundTrips * way.round_trip),
                            ContentChecked{check.uplink, check.nonce, seen, "as the test says", 900});
  }
}

void UplinkVillage::run_for(Duration time) {
  const Instant end = now_ + time;
  for (;;) {
    if (!failed_.empty()) {  // an event of its own, as the mailbox would bring it: never in the middle of a tick
      const EchoFailed failure = failed_.front();
      failed_.erase(failed_.begin());
      take(feature_.on(failure, now_));
      continue;
    }
    const Instant answer = answers_.empty() ? Instant::max() : answers_.begin()->first;
    const Instant truth = looks_at_truth_.empty() ? Instant::max() : looks_at_truth_.begin()->first;
    const Instant next = std::min({answer, truth, feature_.next_deadline(), read_at_.value_or(Instant::max())});
    if (next > end) {
      break;
    }
    now_ = std::max(now_, next);
    if (read_at_ && *read_at_ <= now_) {
      read_at_.reset();
      take(feature_.on(counters(), now_));
      continue;
    }
    if (truth <= next) {
      const ContentChecked came = looks_at_truth_.begin()->second;
      looks_at_truth_.erase(looks_at_truth_.begin());
      take(feature_.on(came, now_));
      continue;
    }
    if (answer <= next) {
      const Answer came = answers_.begin()->second;
      answers_.erase(answers_.begin());
      // A link that went dark meanwhile loses what was under way.
      if (!came.lost && link(came.echo.interface).passes && link(came.echo.interface).carrier) {
        take(feature_.on(EchoAnswered{came.echo.uplink, came.echo.anchor.id, came.echo.nonce, std::nullopt}, now_));
      }
    } else {
      take(feature_.tick(now_));
      if (feature_.next_deadline() <= now_) {
        throw std::logic_error{"the feature's deadline does not move on: the loop would spin"};
      }
    }
  }
  now_ = end;
}

}  // namespace karkara
