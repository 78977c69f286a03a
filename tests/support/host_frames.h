// IPv4 frames of several hosts, put on a link as a neighbour would send them, and counted by host where they come out:
// for what a router that forwards and translates them does. Used by the tests of shaping.
#pragma once

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <stdexcept>
#include <string>

namespace karkara {

struct HostFrame {
  std::uint8_t host = 0;  // told in its payload
  const char* from = "";
  const char* to = "";
  std::uint16_t port = 0;  // of the sender
  std::uint8_t protocol = IPPROTO_UDP;
  std::uint16_t vlan = 0;  // 0: none
};

class HostFrames {
 public:
  static constexpr std::size_t kSize = 500;  // with the Ethernet header

  // out: where frames are put; in: where they are awaited; to: whose link-layer address they carry.
  HostFrames(const std::string& out, const std::string& in, const std::string& to)
      : out_{open_on(out, 0)}, in_{open_on(in, ETH_P_IP)}, to_{address_of(to)} {}
  ~HostFrames() {
    close(out_);
    close(in_);
  }
  HostFrames(const HostFrames&) = delete;
  HostFrames& operator=(const HostFrames&) = delete;

  void send(const HostFrame& frame) {
    std::array<std::byte, kSize> bytes{};
    std::span<std::byte> rest{bytes};
    const auto put = [&rest](const auto& part) {
      std::memcpy(rest.data(), &part, sizeof part);
      rest = rest.subspan(sizeof part);
    };
    ethhdr ethernet{};
    std::memcpy(ethernet.h_dest, to_.data(), to_.size());
    ethernet.h_source[0] = 2;
    ethernet.h_proto = htons(frame.vlan == 0 ? ETH_P_IP : ETH_P_8021Q);
    put(ethernet);
    if (frame.vlan != 0) {
      put(std::array<std::uint16_t, 2>{htons(frame.vlan), htons(ETH_P_IP)});
    }
    iphdr ip{};
    ip.version = 4;
    ip.ihl = 5;
    ip.ttl = 64;
    ip.protocol = frame.protocol;
    ip.tot_len = htons(static_cast<std::uint16_t>(rest.size()));
    inet_pton(AF_INET, frame.from, &ip.saddr);
    inet_pton(AF_INET, frame.to, &ip.daddr);
    ip.check = sum_of(ip);
    put(ip);
    udphdr udp{};
    udp.source = htons(frame.port);
    udp.dest = htons(9);
    udp.len = htons(static_cast<std::uint16_t>(rest.size()));
    put(udp);
    rest[0] = std::byte{frame.host};
    if (::send(out_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error{std::string{"a frame found no place: "} + std::strerror(errno)};
    }
  }

  // Frames of each host that come within that time.
  std::map<std::uint8_t, unsigned> take(std::chrono::milliseconds patience) {
    std::map<std::uint8_t, unsigned> counts;
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      pollfd waiting{in_, POLLIN, 0};
      if (left.count() < 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
        return counts;
      }
      std::array<std::byte, 2048> bytes{};
      constexpr std::size_t kPayload = sizeof(ethhdr) + sizeof(iphdr) + sizeof(udphdr);
      if (::recv(in_, bytes.data(), bytes.size(), MSG_DONTWAIT) > static_cast<ssize_t>(kPayload)) {
        ++counts[std::to_integer<std::uint8_t>(bytes[kPayload])];
      }
    }
  }

 private:
  static int open_on(const std::string& link, std::uint16_t type) {
    const int fd = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(type));
    sockaddr_ll name{};
    name.sll_family = AF_PACKET;
    name.sll_protocol = htons(type);
    name.sll_ifindex = static_cast<int>(if_nametoindex(link.c_str()));
    if (fd < 0 || ::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
      throw std::runtime_error{"no packet socket on " + link + ": " + std::strerror(errno)};
    }
    return fd;
  }
  static std::array<std::byte, ETH_ALEN> address_of(const std::string& link) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq asked{};
    link.copy(asked.ifr_name, IFNAMSIZ - 1);
    const bool told = ::ioctl(fd, SIOCGIFHWADDR, &asked) == 0;
    close(fd);
    if (!told) {
      throw std::runtime_error{"no address of " + link};
    }
    std::array<std::byte, ETH_ALEN> address{};
    std::memcpy(address.data(), asked.ifr_hwaddr.sa_data, address.size());
    return address;
  }
  static std::uint16_t sum_of(const iphdr& ip) {
    std::array<std::uint16_t, sizeof(iphdr) / 2> words{};
    std::memcpy(words.data(), &ip, sizeof ip);
    std::uint32_t sum = 0;
    for (const std::uint16_t word : words) {
      sum += word;
    }
    sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~(sum + (sum >> 16U)));
  }

  int out_;
  int in_;
  std::array<std::byte, ETH_ALEN> to_;
};

}  // namespace karkara
