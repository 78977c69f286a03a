#include "agent/io/netlink_conversation.h"

namespace karkara {
namespace {

constexpr std::size_t kReceiveBuffer = 256 * 1024;

}  // namespace

NetlinkConversation::NetlinkConversation(int family, NetlinkSocket socket, Duration patience)
    : family_{family}, socket_{std::move(socket)}, patience_{patience} {}

Result<NetlinkConversation> NetlinkConversation::open(int family, Duration patience) {
  auto socket = NetlinkSocket::open(family, {}, kReceiveBuffer);
  if (!socket) {
    return socket.error();
  }
  return NetlinkConversation{family, std::move(*socket), patience};
}

Result<NetlinkConversation::Ending> NetlinkConversation::ask(std::span<std::byte> request) {
  return ask(request, [](const NetlinkMessage&) { return Status{}; });
}

Result<NetlinkConversation::Ending> NetlinkConversation::ask(std::span<std::byte> request, const Taker& take) {
  if (auto status = prepare(request); !status) {
    return status.error();
  }
  broken_ = true;  // until the whole answer is here: an unfinished dump would be in the next one's way
  if (auto status = socket_.send(request); !status) {
    return status.error();
  }
  Ending ending;
  Status trouble;
  for (;;) {
    const auto ended = read_datagram(ending, trouble, take);
    if (!ended) {
      return ended.error();
    }
    if (*ended) {
      broken_ = false;
      return trouble ? Result<Ending>{ending} : trouble.error();
    }
  }
}

Status NetlinkConversation::prepare(std::span<std::byte> request) {
  if (broken_) {
    auto socket = NetlinkSocket::open(family_, {}, kReceiveBuffer);
    if (!socket) {
      return socket.error();
    }
    socket_ = std::move(*socket);
  }
  return set_netlink_sequence(request, ++sequence_);
}

Result<bool> NetlinkConversation::read_datagram(Ending& ending, Status& trouble, const Taker& take) {
  const auto datagram = socket_.receive(std::chrono::ceil<std::chrono::milliseconds>(patience_));
  if (!datagram) {
    return datagram.error();
  }
  auto rest = *datagram;
  while (!rest.empty()) {
    const auto message = take_netlink_message(rest);
    if (!message) {
      return message.error();
    }
    if (message->sequence != sequence_) {
      continue;  // a late answer to what was given up
    }
    ending.interrupted = ending.interrupted || message->dump_interrupted;
    switch (message->kind) {
      case NetlinkMessage::Kind::Object:
        if (trouble) {
          trouble = take(*message);
        }
        break;
      case NetlinkMessage::Kind::Ended: ending.error = message->error; return true;
      case NetlinkMessage::Kind::Nothing: break;
      case NetlinkMessage::Kind::Overrun:
        return Error{ErrorCode::ResourceExhausted, "netlink: the kernel dropped some"};
    }
  }
  return false;
}

}  // namespace karkara
