// The two gRPC servers: sites and operators by mutual TLS, strangers who enrol by server TLS. Refuses oversized
// messages, HTTP/2's bandwidth probes (they cost bytes on the satellite) and to share its port with another process.
// Made once in the composition of the controller.
#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "controller/identity/server_certificate.h"

namespace karkara {

// gRPC's and protobuf's own lines on standard error say nothing that an operator could use, and any stranger could fill
// the journal with them. GRPC_VERBOSITY in the environment brings them back.
void quieten_grpc();

class Listener {
 public:
  enum class Trust { MutualTls, ServerTls };
  // Unavailable in one line when the address cannot be listened on. Port 0: any free one.
  static Result<Listener> start(const std::string& address, Trust trust, const ServerFiles& files,
                                const std::vector<grpc::Service*>& services);

  [[nodiscard]] int port() const { return port_; }
  // Cuts calls that do not end within the grace.
  void stop(Duration grace);

 private:
  Listener(std::unique_ptr<grpc::Server> server, int port) : server_{std::move(server)}, port_{port} {}

  std::unique_ptr<grpc::Server> server_;
  int port_;
};

}  // namespace karkara
