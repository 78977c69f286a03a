// A TCP connection to one endpoint, bound to an interface and a mark before it is made. Refuses names and retries.
// Used by StarlinkDishes, which gives the connected socket to gRPC.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <string>

#include "agent/facts/ip.h"
#include "common/result.h"

namespace karkara {

// Opens, binds and begins to connect; `done` is called from the loop unless the socket is closed before.
Status begin_connect(boost::asio::ip::tcp::socket& socket, const IpEndpoint& endpoint, const std::string& interface,
                     std::uint32_t mark, std::function<void(Status)> done);

}  // namespace karkara
