#include "agent/io/traffic_conversation.h"

#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>

#include "agent/codec/rtnetlink.h"
#include "agent/io/errno_error.h"

namespace karkara {
namespace {

constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::size_t kReceiveBuffer = 256 * 1024;

Status end_of_dump(int error) {
  switch (error) {
    case 0:
    case ENODEV:
    case ENOENT: return {};
    case EOPNOTSUPP:
      return Error{ErrorCode::FailedPrecondition, "this kernel lacks traffic control (CONFIG_NET_SCHED)"};
    default: return errno_error(error, "dump of traffic control");  // foreign: errno has many more
  }
}

}  // namespace

Status TrafficConversation::Answer::status() const {
  return error == 0 ? Status{} : Status{errno_error(error, text.empty() ? "refused" : text)};
}

Result<TrafficConversation> TrafficConversation::open() {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE, {}, kReceiveBuffer);
  if (!socket) {
    return socket.error().in("traffic control");
  }
  return TrafficConversation{std::move(*socket)};
}

Status TrafficConversation::send(std::span<const std::byte> bytes) {
  if (broken_) {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE, {}, kReceiveBuffer);
    if (!socket) {
      return socket.error().in("traffic control");
    }
    socket_ = std::move(*socket);
  }
  broken_ = true;
  return socket_.send(bytes);
}

Result<std::vector<TrafficConversation::Answer>> TrafficConversation::ask(
    std::span<traffic_control::Request> requests) {
  const std::uint32_t first = sequence_ + 1;
  NetlinkBytes all;
  for (traffic_control::Request& request : requests) {
    if (auto status = set_netlink_sequence(request.bytes, ++sequence_); !status) {
      return status.error();
    }
    all.resize(NLMSG_ALIGN(all.size()));
    all.insert(all.end(), request.bytes.begin(), request.bytes.end());
  }
  if (auto status = send(all); !status) {
    return status.error();
  }
  std::vector<Answer> answers(requests.size());
  for (std::size_t left = requests.size(); left > 0;) {
    const auto datagram = socket_.receive(kPatience);
    if (!datagram) {
      return datagram.error();
    }
    const auto messages = rtnetlink::decode(*datagram);
    if (!messages) {
      return messages.error();
    }
    for (const rtnetlink::Message& message : *messages) {
      const auto* answer = std::get_if<rtnetlink::Acknowledged>(&message.content);
      const std::uint32_t at = message.sequence - first;
      if (answer == nullptr || at >= requests.size() || left == 0) {
        continue;
      }
      --left;
      if (std::ranges::find(requests[at].fine, answer->error) == requests[at].fine.end()) {
        answers[at] = {answer->error, answer->text};
      }
    }
  }
  broken_ = false;
  return answers;
}

Status TrafficConversation::collect(NetlinkBytes request, const Taker& take) {
  if (auto status = set_netlink_sequence(request, ++sequence_); !status) {
    return status;
  }
  if (auto status = send(request); !status) {
    return status;
  }
  Status trouble;
  for (;;) {
    const auto ended = take_datagram(take, trouble);
    if (!ended) {
      return ended.error();
    }
    if (*ended) {
      broken_ = false;
      return trouble;
    }
  }
}

Result<bool> TrafficConversation::take_datagram(const Taker& take, Status& trouble) {
  const auto datagram = socket_.receive(kPatience);
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
      continue;
    }
    switch (message->kind) {
      case NetlinkMessage::Kind::Object:
        if (trouble) {
          trouble = take(*message);
        }
        break;
      case NetlinkMessage::Kind::Ended: trouble = trouble ? end_of_dump(message->error) : trouble; return true;
      case NetlinkMessage::Kind::Nothing: break;
      case NetlinkMessage::Kind::Overrun:
        return Error{ErrorCode::ResourceExhausted, "netlink: the kernel dropped some"};
    }
  }
  return false;
}

}  // namespace karkara
