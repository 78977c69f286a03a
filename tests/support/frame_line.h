// Frames out of one link, through its queues, and in at another of the same namespace, with the kernel's time of
// arrival. Refuses to wait without end. Used by the tests and benches of shaping.
#pragma once

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace karkara {

struct Arrival {
  std::uint32_t number = 0;
  std::uint32_t priority = 0;  // with which it was sent
  std::size_t size = 0;
  std::chrono::nanoseconds at{};
};

class FrameLine {
 public:
  FrameLine(const std::string& out, const std::string& in) : out_{open_on(out, 0)}, in_{open_on(in, kType)} {
    set(out_, SO_SNDBUFFORCE, 64 << 20);
    set(in_, SO_RCVBUFFORCE, 64 << 20);
    set(in_, SO_TIMESTAMPNS, 1);
  }
  ~FrameLine() {
    close(out_);
    close(in_);
  }
  FrameLine(const FrameLine&) = delete;
  FrameLine& operator=(const FrameLine&) = delete;

  // False when the queue took no more. 'size' is with the Ethernet header, at least 32.
  bool send(std::uint32_t priority, std::size_t size) {
    set(out_, SO_PRIORITY, static_cast<int>(priority));
    ethhdr header{};
    std::memset(header.h_dest, 0xff, sizeof header.h_dest);
    header.h_proto = htons(kType);
    std::memcpy(frame_.data(), &header, sizeof header);
    std::memcpy(frame_.data() + sizeof header, &next_, sizeof next_);
    std::memcpy(frame_.data() + sizeof header + sizeof next_, &priority, sizeof priority);
    const bool sent = ::send(out_, frame_.data(), size, MSG_DONTWAIT) == static_cast<ssize_t>(size);
    next_ += sent ? 1 : 0;
    return sent;
  }

  // What comes until there are 'count' or the time is over.
  std::vector<Arrival> take(std::size_t count, std::chrono::milliseconds patience) {
    std::vector<Arrival> arrivals;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (arrivals.size() < count) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      pollfd waiting{in_, POLLIN, 0};
      if (left.count() < 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
        break;
      }
      arrivals.push_back(receive());
    }
    return arrivals;
  }

 private:
  static constexpr std::uint16_t kType = 0x88b5;  // for local experiments

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
  static void set(int fd, int option, int value) { ::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value); }

  Arrival receive() {
    std::array<std::byte, 2048> bytes{};
    alignas(cmsghdr) std::array<std::byte, 128> control{};
    iovec place{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &place;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    Arrival arrival;
    arrival.size = static_cast<std::size_t>(::recvmsg(in_, &message, MSG_DONTWAIT));
    std::memcpy(&arrival.number, bytes.data() + sizeof(ethhdr), sizeof arrival.number);
    std::memcpy(&arrival.priority, bytes.data() + sizeof(ethhdr) + sizeof arrival.number, sizeof arrival.priority);
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_level == SOL_SOCKET && each->cmsg_type == SO_TIMESTAMPNS) {
        timespec time{};
        std::memcpy(&time, CMSG_DATA(each), sizeof time);
        arrival.at = std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
      }
    }
    return arrival;
  }

  int out_;
  int in_;
  std::uint32_t next_ = 0;
  std::array<std::byte, 2048> frame_{};
};

// Bytes a second of what each frame costs, between the first of 'arrivals' and the last.
inline double rate_of(const std::vector<Arrival>& arrivals, std::size_t overhead) {
  double bytes = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    bytes += static_cast<double>(arrivals[i].size + overhead);
  }
  const std::chrono::duration<double> time = arrivals.back().at - arrivals.front().at;
  return bytes / time.count();
}

}  // namespace karkara
