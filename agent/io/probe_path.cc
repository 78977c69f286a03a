#include "agent/io/probe_path.h"

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "agent/io/socket_address.h"

namespace karkara {
namespace {

Error failed(const std::string& what) {
  return {ErrorCode::Unavailable, what + ": " + std::strerror(errno)};
}

}  // namespace

Status nail_down(int socket, const ProbePath& path) {
  if (if_nametoindex(path.interface.c_str()) == 0) {
    return Error{ErrorCode::NotFound, "no interface " + path.interface};
  }
  if (setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, path.interface.data(),
                 static_cast<socklen_t>(path.interface.size())) != 0) {
    return failed("bind to interface");
  }
  if (setsockopt(socket, SOL_SOCKET, SO_MARK, &path.mark, sizeof(path.mark)) != 0) {
    return failed("set mark");
  }
  const int on = 1;
  if (path.source.family() == IpFamily::V6 && setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0) {
    return failed("IPv6 only");
  }
  const SocketAddress source{IpEndpoint{path.source, 0}};
  if (bind(socket, source.get(), source.size) != 0) {
    return failed("bind to " + path.source.text());
  }
  return {};
}

}  // namespace karkara
