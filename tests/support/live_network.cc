#include "tests/support/live_network.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include "agent/reconcile/plan.h"

namespace karkara {
namespace {

Instant now() {
  return Instant{std::chrono::steady_clock::now().time_since_epoch()};
}

}  // namespace

VillageNetworks::VillageNetworks() {
  router.run("ip link add l0 type veth peer name h0 netns " + client.path() + "\n" +
             "ip link add w0 type veth peer name p0 netns " + outside.path() + "\n" +
             "ip link add w1 type veth peer name p1 netns " + outside.path() + "\n" +
             "ip addr add 192.168.1.1/24 dev l0\n"
             "ip addr add 10.1.0.2/24 dev w0\nip addr add 10.2.0.2/24 dev w1\n"
             "ip -6 addr add 2001:db8:1::2/64 dev w0 nodad\nip -6 addr add 2001:db8:2::2/64 dev w1 nodad\n"
             "for d in l0 w0 w1; do ip link set $d up; done\n"
             "for d in all default w0 w1 l0; do echo 0 > /proc/sys/net/ipv4/conf/$d/rp_filter; done\n"
             "for d in w0 w1; do echo 1 > /proc/sys/net/ipv4/conf/$d/ignore_routes_with_linkdown; done\n");
  client.run(
      "ip addr add 192.168.1.2/24 dev h0; ip link set h0 up\n"
      "ip route add default via 192.168.1.1\n");
  outside.run(
      "ip addr add 10.1.0.1/24 dev p0; ip addr add 10.2.0.1/24 dev p1; ip addr add 203.0.113.1/32 dev lo\n"
      "ip link set p0 up; ip link set p1 up\n"
      "for d in all default p0 p1; do echo 0 > /proc/sys/net/ipv4/conf/$d/rp_filter; done\n"
      "ip route add 192.168.1.0/24 via 10.1.0.2 dev p0 metric 10\n");
}

void VillageNetworks::set_up(const NetSandbox& where, const std::string& device, bool up) {
  const int fd = udp_socket(where);
  ifreq request{};
  std::strncpy(request.ifr_name, device.c_str(), IFNAMSIZ - 1);
  const bool read = ::ioctl(fd, SIOCGIFFLAGS, &request) == 0;
  const int flags = up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP;
  request.ifr_flags = static_cast<short>(flags);
  const bool written = read && ::ioctl(fd, SIOCSIFFLAGS, &request) == 0;
  ::close(fd);
  if (!written) {
    throw std::runtime_error{"cannot switch " + device};
  }
}

int VillageNetworks::udp_socket(const NetSandbox& where) {
  const NetSandbox::Inside inside{where};
  return ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

LiveNetwork::LiveNetwork(const NetlinkOptions& options) {
  auto adapter = NetlinkAdapter::open(
      io_, [this](Event event) { mailbox_.push_back(std::move(event)); }, options);
  if (!adapter) {
    throw std::runtime_error{adapter.error().text};
  }
  adapter_ = std::move(*adapter);
}

void LiveNetwork::want(const WantedNetwork& wanted) {
  perform(reconciler.want(wanted, now()));
}

bool LiveNetwork::run_until(const std::function<bool()>& done, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    while (!mailbox_.empty()) {
      Event event = std::move(mailbox_.front());
      mailbox_.pop_front();
      handle(std::move(event));
    }
    perform(reconciler.tick(now()));
    if (!mailbox_.empty()) {
      continue;
    }
    if (done()) {
      return true;
    }
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= Duration{0}) {
      return false;
    }
    io_.restart();
    io_.run_one_for(std::min<Duration>(left, std::chrono::milliseconds{20}));
  }
}

void LiveNetwork::handle(Event event) {
  if (auto* dumped = std::get_if<KernelSeen>(&event)) {
    ++dumps;
    fresh = true;
    perform(reconciler.on(*dumped, now()));
    seen = std::move(dumped->snapshot);
    return;
  }
  if (const auto* done = std::get_if<BatchDone>(&event)) {
    perform(reconciler.on(*done, now()));
  }
  events.push_back(std::move(event));
}

void LiveNetwork::perform(const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* run = std::get_if<RunBatch>(&effect)) {
      batches.push_back(run->batch);
      adapter_->run_batch(run->batch);
    } else if (const auto* dump = std::get_if<RequestDump>(&effect)) {
      adapter_->request_dump(dump->sysctls);
    } else if (const auto* note = std::get_if<Note>(&effect)) {
      notes.push_back(*note);
    }
  }
}

std::uint32_t index_of(const std::string& device) {
  return ::if_nametoindex(device.c_str());
}

std::vector<NetworkBatch> left_to_do(const WantedNetwork& wanted) {
  auto requests = RtnetlinkRequests::open();
  auto snapshot = requests->dump();
  if (!snapshot) {
    throw std::runtime_error{snapshot.error().text};
  }
  for (const Sysctl& sysctl : wanted.sysctls) {
    const auto value = SysctlFiles{}.read(sysctl.path);
    snapshot->sysctls.push_back({sysctl.path, value ? *value : ""});
  }
  const auto fingerprint = NftTable{}.fingerprint();
  snapshot->nft_fingerprint = fingerprint ? *fingerprint : std::nullopt;
  return plan(wanted, *snapshot);
}

}  // namespace karkara
