// A look at the packets of one link, by a packet socket and a ring of memory shared with the kernel (packet(7),
// TPACKET_V3): it hands over a block when one is full or has been begun for 100 ms, so that one wake-up serves many.
// Refuses to send, to see anything that no filter let through, and to follow a link that went away. Used by
// RoundTripTap.
#pragma once

#include <linux/filter.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

class PacketRing {
 public:
  static constexpr unsigned kBlocks = 4;
  static constexpr unsigned kBlockSize = 32 * 1024;

  struct Packet {
    std::span<const std::byte> bytes;  // of the network layer on, as much as the filter left; valid during the call
    bool outgoing = false;
    Duration at{};  // since 1970, by the kernel's wall clock
  };
  using Visit = std::function<void(const Packet&)>;

  // PermissionDenied: CAP_NET_RAW is missing. Unavailable: no such link, or it is down.
  static Result<PacketRing> open(std::uint32_t link, std::span<const sock_filter> filter);

  // Readable when a block is there, or an error.
  [[nodiscard]] int fd() const { return socket_.fd; }
  // In place of the one before, from the next packet on.
  Status filter(std::span<const sock_filter> program);
  // Why nothing comes any more; told once. Unavailable: the link is gone or down.
  Status failure();
  [[nodiscard]] bool has_block() const { return is_ours(next_); }
  // Whether packets right before those of the next block may be lost, since the ring was full.
  [[nodiscard]] bool may_have_lost() const { return lost_before_[next_]; }
  // All packets of the next block, which the kernel then gets back. Only when there is one.
  void take_block(const Visit& visit);

 private:
  struct Socket {
    int fd = -1;
    explicit Socket(int opened) : fd{opened} {}
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&&) = delete;
    ~Socket();
  };
  struct Unmap {
    void operator()(std::byte* ring) const;
  };

  explicit PacketRing(int opened) : socket_{opened} {}
  Status map();
  Status attach(std::uint32_t link);
  [[nodiscard]] std::byte* block(unsigned number) const { return ring_.get() + std::size_t{number} * kBlockSize; }
  [[nodiscard]] bool is_ours(unsigned number) const;
  // The kernel loses packets only while no block is its own, and goes on in the first that it gets back. Before the
  // second is given back, all but the first are ours still if that was so.
  void note_loss();

  Socket socket_;
  std::unique_ptr<std::byte, Unmap> ring_;
  unsigned next_ = 0;
  std::optional<unsigned> given_back_;  // the last
  std::array<bool, kBlocks> lost_before_{};
};

}  // namespace karkara
