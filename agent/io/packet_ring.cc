#include "agent/io/packet_ring.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "agent/io/errno_error.h"

namespace karkara {
namespace {

constexpr unsigned kFrameSize = 2048;  // only the arithmetic of the request needs it: packets lie close together
constexpr unsigned kRetireMilliseconds = 100;

template <class Value>
Status set_option(int fd, int level, int name, const Value& value, const char* place) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0 ? Status{} : Status{errno_error(errno, place)};
}

// Who owns a block is told by this word: all else of it is read behind, and written before.
std::atomic_ref<std::uint32_t> state_of(std::byte* block) {
  return std::atomic_ref{reinterpret_cast<tpacket_block_desc*>(block)->hdr.bh1.block_status};
}

PacketRing::Packet packet_at(const std::byte* place) {
  const auto* header = reinterpret_cast<const tpacket3_hdr*>(place);
  const auto* from = reinterpret_cast<const sockaddr_ll*>(place + TPACKET_ALIGN(sizeof(tpacket3_hdr)));
  return {.bytes = {place + header->tp_net, header->tp_snaplen},
          .outgoing = from->sll_pkttype == PACKET_OUTGOING,
          .at = std::chrono::seconds{header->tp_sec} + std::chrono::nanoseconds{header->tp_nsec}};
}

}  // namespace

PacketRing::Socket::Socket(Socket&& other) noexcept : fd{std::exchange(other.fd, -1)} {}

PacketRing::Socket::~Socket() {
  if (fd >= 0) {
    close(fd);
  }
}

void PacketRing::Unmap::operator()(std::byte* ring) const {
  munmap(ring, std::size_t{kBlocks} * kBlockSize);
}

Result<PacketRing> PacketRing::open(std::uint32_t link, std::span<const sock_filter> program) {
  // Of no protocol: it sees nothing before it is bound, and by then it has its filter.
  PacketRing ring{socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (ring.fd() < 0) {
    return errno_error(errno, "packet socket");
  }
  Status status = ring.filter(program);
  if (status) {
    status = ring.map();
  }
  if (status) {
    status = ring.attach(link);
  }
  if (!status) {
    return status.error();
  }
  return ring;
}

Status PacketRing::filter(std::span<const sock_filter> program) {
  // The kernel copies it, and does not change it.
  const sock_fprog whole{static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
  return set_option(fd(), SOL_SOCKET, SO_ATTACH_FILTER, whole, "packet filter");
}

Status PacketRing::map() {
  if (Status status = set_option(fd(), SOL_PACKET, PACKET_VERSION, int{TPACKET_V3}, "packet ring"); !status) {
    return status;
  }
  tpacket_req3 request{};
  request.tp_block_size = kBlockSize;
  request.tp_block_nr = kBlocks;
  request.tp_frame_size = kFrameSize;
  request.tp_frame_nr = kBlocks * (kBlockSize / kFrameSize);
  request.tp_retire_blk_tov = kRetireMilliseconds;
  if (Status status = set_option(fd(), SOL_PACKET, PACKET_RX_RING, request, "packet ring"); !status) {
    return status;
  }
  void* const place = mmap(nullptr, std::size_t{kBlocks} * kBlockSize, PROT_READ | PROT_WRITE, MAP_SHARED, fd(), 0);
  if (place == MAP_FAILED) {
    return errno_error(errno, "packet ring");
  }
  ring_.reset(static_cast<std::byte*>(place));
  return {};
}

Status PacketRing::attach(std::uint32_t link) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);  // what leaves is shown to no other
  address.sll_ifindex = static_cast<int>(link);
  if (link == 0) {
    return errno_error(ENODEV, "packet socket");  // the kernel would take it for all links
  }
  if (bind(fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return errno_error(errno, "packet socket");
  }
  return failure();  // of a link that is down it tells only so
}

Status PacketRing::failure() {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
    error = errno;
  }
  return error == 0 ? Status{} : Status{errno_error(error, "packet socket")};
}

bool PacketRing::is_ours(unsigned number) const {
  return (state_of(block(number)).load(std::memory_order_acquire) & TP_STATUS_USER) != 0;
}

void PacketRing::note_loss() {
  bool others_ours = given_back_.has_value();
  for (unsigned i = 0; others_ours && i < kBlocks; ++i) {
    others_ours = i == *given_back_ || is_ours(i);
  }
  if (given_back_) {
    lost_before_[*given_back_] = others_ours;
  }
}

void PacketRing::take_block(const Visit& visit) {
  std::byte* const taken = block(next_);
  const auto& header = reinterpret_cast<const tpacket_block_desc*>(taken)->hdr.bh1;
  const std::byte* place = taken + header.offset_to_first_pkt;
  for (std::uint32_t left = header.num_pkts; left > 0; --left) {
    visit(packet_at(place));
    place += reinterpret_cast<const tpacket3_hdr*>(place)->tp_next_offset;
  }
  note_loss();
  state_of(taken).store(TP_STATUS_KERNEL, std::memory_order_release);
  given_back_ = std::exchange(next_, (next_ + 1) % kBlocks);
}

}  // namespace karkara
