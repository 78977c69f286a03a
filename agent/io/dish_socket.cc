#include "agent/io/dish_socket.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace karkara {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

asio::ip::tcp::endpoint to_asio(const IpEndpoint& endpoint) {
  const auto bytes = endpoint.address.bytes();
  if (endpoint.address.family() == IpFamily::V4) {
    asio::ip::address_v4::bytes_type raw{};
    std::memcpy(raw.data(), bytes.data(), raw.size());
    return {asio::ip::address_v4{raw}, endpoint.port};
  }
  asio::ip::address_v6::bytes_type raw{};
  std::memcpy(raw.data(), bytes.data(), raw.size());
  return {asio::ip::address_v6{raw}, endpoint.port};
}

Error errno_as(const std::string& what) {
  return {ErrorCode::Unavailable, what + ": " + std::strerror(errno)};
}

}  // namespace

Status begin_connect(asio::ip::tcp::socket& socket, const IpEndpoint& endpoint, const std::string& interface,
                     std::uint32_t mark, std::function<void(Status)> done) {
  const asio::ip::tcp::endpoint to = to_asio(endpoint);
  error_code error;
  socket.open(to.protocol(), error);
  if (error) {
    return Error{ErrorCode::Unavailable, error.message()};
  }
  const int fd = socket.native_handle();
  if (!interface.empty() &&
      setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.data(), static_cast<socklen_t>(interface.size())) != 0) {
    return errno_as("interface " + interface);
  }
  if (mark != 0 && setsockopt(fd, SOL_SOCKET, SO_MARK, &mark, sizeof mark) != 0) {
    return errno_as("mark");
  }
  socket.async_connect(to, [done = std::move(done)](const error_code& failed) {
    if (failed != asio::error::operation_aborted) {
      done(failed ? Status{Error{ErrorCode::Unavailable, failed.message()}} : Status{});
    }
  });
  return {};
}

}  // namespace karkara
