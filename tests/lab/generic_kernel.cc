#include "tests/lab/generic_kernel.h"

#include <linux/netlink.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace karkara::lab {
namespace {

constexpr std::size_t kMostRecorded = 16 * 1024;
constexpr std::size_t kReceiveBuffer = 256 * 1024;
constexpr std::chrono::milliseconds kTurn{200};
constexpr int kMostEventFiles = 40;

// As it came, but for the sequence number and the sender, which tell nothing.
void append(NetlinkBytes& bytes, const NetlinkMessage& message) {
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + message.payload.size());
  header.nlmsg_type = message.type;
  const auto* first = reinterpret_cast<const std::byte*>(&header);
  bytes.insert(bytes.end(), first, first + sizeof header);
  bytes.insert(bytes.end(), message.payload.begin(), message.payload.end());
  bytes.resize(NLMSG_ALIGN(bytes.size()));
}

}  // namespace

void give_up(const std::string& what) {
  std::fprintf(stderr, "FAILED: %s\n", what.c_str());
  std::exit(1);
}

void require(bool holds, const std::string& what) {
  if (!holds) {
    give_up(what);
  }
}

void Recorder::write(const std::string& name, std::span<const std::byte> bytes) const {
  if (folder_.empty() || bytes.empty()) {
    return;
  }
  std::ofstream out{folder_ + "/" + name + ".bin", std::ios::binary};
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

GenericKernel::GenericKernel(int netlink_family, Recorder recorder)
    : recorder_{std::move(recorder)}, conversation_{must(NetlinkConversation::open(netlink_family), "netlink")} {}

genetlink::Family GenericKernel::family(const std::string& name) {
  const auto found =
      dump(genetlink::encode_get_family(name), "family_" + name, 0,
           [](const NetlinkMessage& message, std::uint16_t) { return genetlink::decode_family(message); });
  require(found.size() == 1, "no family " + name);
  return found.front();
}

void GenericKernel::ask(NetlinkBytes request, const std::string& name, const NetlinkConversation::Taker& take) {
  NetlinkBytes said;
  const auto ending = conversation_.ask(request, [&](const NetlinkMessage& message) {
    if (said.size() + message.payload.size() < kMostRecorded) {
      append(said, message);
    }
    return take(message);
  });
  recorder_.write(name, said);
  const auto end = must(ending, name);
  require(end.error == 0, name + ": " + std::strerror(end.error));
}

void GenericKernel::change(NetlinkBytes request, const std::string& what) {
  ask(std::move(request), what, [](const NetlinkMessage&) { return Status{}; });
}

Listener::Listener(int netlink_family, std::initializer_list<int> groups, std::string name, Recorder recorder)
    : name_{std::move(name)},
      recorder_{std::move(recorder)},
      socket_{must(NetlinkSocket::open(netlink_family, groups, kReceiveBuffer), "netlink events")} {}

bool Listener::wait(std::chrono::milliseconds patience, const std::function<bool(std::span<const std::byte>)>& look) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    const auto datagram = socket_.receive(kTurn);
    if (!datagram) {
      require(datagram.error().code == ErrorCode::DeadlineExceeded, name_ + ": " + datagram.error().text);
      continue;
    }
    if (number_ < kMostEventFiles) {
      recorder_.write(name_ + "_" + std::to_string(number_++), *datagram);
    }
    if (look(*datagram)) {
      return true;
    }
  }
  return false;
}

}  // namespace karkara::lab
