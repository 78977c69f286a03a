#include "agent/io/dead_sockets.h"

#include <dirent.h>
#include <linux/netlink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "agent/codec/sock_diag.h"
#include "agent/io/errno_error.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {
namespace {

constexpr const char* kOwnFiles = "/proc/self/fd";

// Of the socket that a link in /proc/self/fd names: "socket:[4711]". 0 for other files.
std::uint32_t inode_in(std::string_view target) {
  constexpr std::string_view kBefore = "socket:[";
  std::uint32_t inode = 0;
  if (target.starts_with(kBefore)) {
    target.remove_prefix(kBefore.size());
    std::from_chars(target.data(), target.data() + target.size(), inode);
  }
  return inode;
}

// The sockets that this process has open, sorted.
Result<std::vector<std::uint32_t>> own_inodes() {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder{::opendir(kOwnFiles), &::closedir};
  if (!folder) {
    return errno_error(errno, kOwnFiles);
  }
  std::vector<std::uint32_t> inodes;
  while (const dirent* entry = ::readdir(folder.get())) {
    std::array<char, 64> target{};
    const ssize_t length = ::readlinkat(::dirfd(folder.get()), entry->d_name, target.data(), target.size());
    const auto inode = length > 0 ? inode_in({target.data(), static_cast<std::size_t>(length)}) : 0;
    if (inode != 0) {
      inodes.push_back(inode);
    }
  }
  std::sort(inodes.begin(), inodes.end());
  return inodes;
}

Status status_of(int error) {
  switch (error) {
    case 0: return {};
    case EINVAL:  // before 4.5
    case ENOSYS:
    case EOPNOTSUPP:
      return Error{ErrorCode::FailedPrecondition, "sock_diag: this kernel lacks CONFIG_INET_DIAG_DESTROY"};
    case ENOENT: return Error{ErrorCode::FailedPrecondition, "sock_diag: this kernel lacks CONFIG_INET_TCP_DIAG"};
    case EPERM:
    case EACCES: return Error{ErrorCode::PermissionDenied, "sock_diag: ending connections needs CAP_NET_ADMIN"};
    default: return errno_error(error, "sock_diag");  // foreign: errno has many more
  }
}

// Adds those of one family of sockets.
Status collect(NetlinkConversation& kernel, IpFamily family, const IpAddress& local,
               std::vector<sock_diag::TcpSocket>& into) {
  const auto take = [&](const NetlinkMessage& message) -> Status {
    const auto socket = sock_diag::decode_socket(message);
    if (!socket) {
      return socket.error();
    }
    if (*socket && (*socket)->local == local && (*socket)->inode != 0) {
      into.push_back(**socket);
    }
    return {};
  };
  auto request = sock_diag::encode_dump(family);
  const auto ending = kernel.ask(request, std::cref(take));
  if (!ending) {
    return ending.error();
  }
  const bool no_ipv6 = family == IpFamily::V6 && ending->error == ENOENT;
  return no_ipv6 ? Status{} : status_of(ending->error);
}

}  // namespace

Result<std::size_t> end_own_connections(const IpAddress& local) {
  auto kernel = NetlinkConversation::open(NETLINK_SOCK_DIAG);
  if (!kernel) {
    return kernel.error().in("sock_diag");
  }
  std::vector<sock_diag::TcpSocket> candidates;
  // An IPv6 socket may well have an IPv4 address: gRPC's have.
  for (const IpFamily family : {IpFamily::V4, IpFamily::V6}) {
    if (auto status = collect(*kernel, family, local, candidates); !status) {
      return status.error();
    }
  }
  const auto own = own_inodes();
  if (!own) {
    return own.error();
  }
  std::size_t ended = 0;
  for (const sock_diag::TcpSocket& socket : candidates) {
    if (!std::binary_search(own->begin(), own->end(), socket.inode)) {
      continue;
    }
    auto request = sock_diag::encode_destroy(socket);
    const auto ending = kernel->ask(request);
    if (!ending) {
      return ending.error();
    }
    const bool gone = ending->error == ENOENT || ending->error == ESTALE;
    if (const auto status = status_of(ending->error); !status && !gone) {
      return status.error();
    }
    ended += gone ? 0 : 1;
  }
  return ended;
}

}  // namespace karkara
