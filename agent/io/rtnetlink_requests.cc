#include "agent/io/rtnetlink_requests.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/io/errno_error.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr std::chrono::milliseconds kPatience{2000};
constexpr std::size_t kReceiveBuffer = 256 * 1024;
constexpr int kMostDumps = 10;

void add(rtnetlink::Object object, KernelSnapshot& into) {
  std::visit(Overloaded{
                 [&](Link& link) { into.links.push_back(std::move(link)); },
                 [&](LinkAddress& address) { into.addresses.push_back(address); },
                 [&](Route& route) {
                   if (is_watched(route)) {
                     into.routes.push_back(route);
                   }
                 },
                 [&](Rule& rule) { into.rules.push_back(rule); },
             },
             object);
}

Error refusal(int number, const std::string& text) {
  return errno_error(number, text.empty() ? "refused" : text);
}

}  // namespace

bool is_watched(const Route& route) {
  return route.table == kMainTable || (route.table >= kChoiceTable && route.table <= kLastTable);
}

RtnetlinkRequests::RtnetlinkRequests(NetlinkSocket socket) : socket_{std::move(socket)} {}

Result<RtnetlinkRequests> RtnetlinkRequests::open() {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE, {}, kReceiveBuffer);
  if (!socket) {
    return socket.error();
  }
  RtnetlinkRequests requests{std::move(*socket)};
  requests.filters_ = requests.socket_.enable_strict_check();
  return requests;
}

Status RtnetlinkRequests::may_change() {
  // The kernel looks at the permission first, and only then finds that the request has no route in it.
  struct {
    nlmsghdr header;
    rtgenmsg family;
  } incomplete{};
  incomplete.header = {NLMSG_LENGTH(sizeof(rtgenmsg)), RTM_DELROUTE, NLM_F_REQUEST | NLM_F_ACK, sequence_, 0};
  incomplete.family.rtgen_family = AF_INET;
  rtnetlink::Bytes bytes(sizeof incomplete);
  std::memcpy(bytes.data(), &incomplete, sizeof incomplete);
  const auto answer = ask(bytes);
  if (!answer) {
    return answer.error();
  }
  if (answer->error == EPERM) {
    return Error{ErrorCode::PermissionDenied, "cannot change routes: run as root or with CAP_NET_ADMIN"};
  }
  return {};
}

Status RtnetlinkRequests::change(const PutRoute& op) {
  const auto answer = ask(rtnetlink::encode(op, sequence_));
  if (!answer) {
    return answer.error();
  }
  return answer->error == 0 ? Status{} : refusal(answer->error, answer->text);
}

Status RtnetlinkRequests::change(const RemoveRoute& op) {
  const auto answer = ask(rtnetlink::encode(op, sequence_));
  if (!answer) {
    return answer.error();
  }
  const bool gone = answer->error == ESRCH || answer->error == ENOENT || answer->error == ENODEV;
  return answer->error == 0 || gone ? Status{} : refusal(answer->error, answer->text);
}

Status RtnetlinkRequests::change(const AddRule& op) {
  const auto answer = ask(rtnetlink::encode(op, sequence_));
  if (!answer) {
    return answer.error();
  }
  return answer->error == 0 || answer->error == EEXIST ? Status{} : refusal(answer->error, answer->text);
}

Status RtnetlinkRequests::change(const RemoveRule& op) {
  const auto answer = ask(rtnetlink::encode(op, sequence_));
  if (!answer) {
    return answer.error();
  }
  return answer->error == 0 || answer->error == ENOENT ? Status{} : refusal(answer->error, answer->text);
}

Status RtnetlinkRequests::change(const PutAddress& op) {
  const auto answer = ask(rtnetlink::encode(op, sequence_));
  if (!answer) {
    return answer.error();
  }
  return answer->error == 0 ? Status{} : refusal(answer->error, answer->text);
}

Status RtnetlinkRequests::put_unmarked(const PutAddress& op) {
  const auto answer = ask(rtnetlink::encode(op, sequence_, RTPROT_UNSPEC));
  if (!answer) {
    return answer.error();
  }
  return answer->error == 0 ? Status{} : refusal(answer->error, answer->text);
}

Status RtnetlinkRequests::change(const RemoveAddress& op) {
  const auto answer = ask(rtnetlink::encode(op, sequence_));
  if (!answer) {
    return answer.error();
  }
  const bool gone = answer->error == EADDRNOTAVAIL || answer->error == ENODEV;
  return answer->error == 0 || gone ? Status{} : refusal(answer->error, answer->text);
}

Status RtnetlinkRequests::change(const SetLinkUp& op) {
  const auto answer = ask(rtnetlink::encode(op, sequence_));
  if (!answer) {
    return answer.error();
  }
  const bool gone = answer->error == EADDRNOTAVAIL || answer->error == ENODEV;
  return answer->error == 0 || gone ? Status{} : refusal(answer->error, answer->text);
}

// The kernel would add an address that went since the look, a moment ago: it knows no "change only" for IPv6.
Status RtnetlinkRequests::change(const PreferAddress& op) {
  KernelSnapshot now;
  if (const auto whole = collect(rtnetlink::dump_addresses(sequence_), now); !whole) {
    return whole.error();
  }
  const auto there = std::find_if(now.addresses.begin(), now.addresses.end(), [&](const LinkAddress& address) {
    return address.link == op.address.link && address.prefix == op.address.prefix;
  });
  if (there == now.addresses.end()) {
    return {};
  }
  const auto answer = ask(rtnetlink::encode(op, there->terms, sequence_));
  if (!answer) {
    return answer.error();
  }
  const bool gone = answer->error == EADDRNOTAVAIL || answer->error == ENODEV;
  return answer->error == 0 || gone ? Status{} : refusal(answer->error, answer->text);
}

Result<RtnetlinkRequests::Answer> RtnetlinkRequests::ask(const Result<rtnetlink::Bytes>& request) {
  if (!request) {
    return request.error();
  }
  const std::uint32_t expected = sequence_++;
  if (auto status = socket_.send(*request); !status) {
    return status.error();
  }
  for (;;) {
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
      if (answer != nullptr && message.sequence == expected) {  // others are late answers to what was given up
        return Answer{answer->error, answer->text};
      }
    }
  }
}

Result<KernelSnapshot> RtnetlinkRequests::dump() {
  for (int attempt = 0; attempt < kMostDumps; ++attempt) {
    KernelSnapshot snapshot;
    const auto consistent = dump_once(snapshot);
    if (!consistent) {
      return consistent.error();
    }
    if (*consistent) {
      return snapshot;
    }
  }
  return Error{ErrorCode::Aborted, "netlink: the network changes faster than it can be dumped"};
}

Result<bool> RtnetlinkRequests::dump_once(KernelSnapshot& into) {
  bool consistent = true;
  Status status;
  const auto take = [&](rtnetlink::Bytes request) {
    const auto whole = status ? collect(request, into) : Result<bool>{status.error()};
    status = whole ? Status{} : Status{whole.error()};
    consistent = consistent && whole && *whole;
  };
  take(rtnetlink::dump_links(sequence_));
  take(rtnetlink::dump_addresses(sequence_));
  take(rtnetlink::dump_rules(sequence_));
  for (const IpFamily family : {IpFamily::V4, IpFamily::V6}) {
    // All of our protocol, wherever it is, so that tables that are no longer configured are seen too.
    take(rtnetlink::dump_routes({family, 0, filters_ ? kOurProtocol : std::uint8_t{0}}, sequence_));
  }
  if (filters_) {
    std::erase_if(into.routes, [](const Route& route) { return route.table == kMainTable; });  // these come again
    take(rtnetlink::dump_routes({IpFamily::V4, kMainTable, 0}, sequence_));
    take(rtnetlink::dump_routes({IpFamily::V6, kMainTable, 0}, sequence_));
  }
  return status ? Result<bool>{consistent} : status.error();
}

// True when the dump is one moment's picture.
Result<bool> RtnetlinkRequests::collect(const rtnetlink::Bytes& request, KernelSnapshot& into) {
  const std::uint32_t expected = sequence_++;
  if (auto status = socket_.send(request); !status) {
    return status.error();
  }
  bool consistent = true;
  for (;;) {
    const auto datagram = socket_.receive(kPatience);
    if (!datagram) {
      return datagram.error();
    }
    auto messages = rtnetlink::decode(*datagram);
    if (!messages) {
      return messages.error();
    }
    for (rtnetlink::Message& message : *messages) {
      if (message.sequence != expected) {
        continue;
      }
      consistent = consistent && !message.dump_interrupted;
      int end = -1;
      if (auto* object = std::get_if<rtnetlink::Appeared>(&message.content)) {
        add(std::move(object->object), into);
      } else if (const auto* done = std::get_if<rtnetlink::DumpDone>(&message.content)) {
        end = done->error;
      } else if (const auto* refused = std::get_if<rtnetlink::Acknowledged>(&message.content)) {
        end = refused->error;
      } else if (const auto* bad = std::get_if<rtnetlink::Malformed>(&message.content)) {
        return bad->error;
      }
      // A table that does not exist yet, and a kernel without IPv6, have nothing to show.
      if (end == 0 || end == ENOENT || end == EAFNOSUPPORT || end == EOPNOTSUPP) {
        return consistent;
      }
      if (end > 0) {
        return refusal(end, "dump");
      }
    }
  }
}

}  // namespace karkara
