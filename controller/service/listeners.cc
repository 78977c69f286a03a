#include "controller/service/listeners.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/server_builder.h>

#include <cstdlib>

#include "controller/service/message_bounds.h"

namespace karkara {
namespace {

constexpr unsigned kCertificateReloadSeconds = 60;
constexpr int kShortestPingPauseMs = 5'000;  // agents ping each 2 minutes or more; a stricter server would cut them off

std::shared_ptr<grpc::ServerCredentials> credentials(Listener::Trust trust, const ServerFiles& files) {
  const auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      files.key.string(), files.certificate.string(), files.root.string(), kCertificateReloadSeconds);
  grpc::experimental::TlsServerCredentialsOptions options{provider};
  options.watch_identity_key_cert_pairs();
  switch (trust) {
    case Listener::Trust::MutualTls:
      options.watch_root_certs();
      options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
      break;
    case Listener::Trust::ServerTls: options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE); break;
  }
  return grpc::experimental::TlsServerCredentials(options);
}

}  // namespace

void quieten_grpc() {
  if (std::getenv("GRPC_VERBOSITY") == nullptr) {
    gpr_set_log_function([](gpr_log_func_args*) {});
    google::protobuf::SetLogHandler(nullptr);
  }
}

Result<Listener> Listener::start(const std::string& address, Trust trust, const ServerFiles& files,
                                 const std::vector<grpc::Service*>& services) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address, credentials(trust, files), &port);
  for (grpc::Service* service : services) {
    builder.RegisterService(service);
  }
  builder.SetMaxReceiveMessageSize(trust == Trust::MutualTls ? kMostFrameBytes : kMostEnrolmentBytes);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kShortestPingPauseMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMostMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMostStreamsPerConnection);
  auto server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return Error{ErrorCode::Unavailable, "cannot listen on " + address + " (is the port in use?)"};
  }
  return Listener{std::move(server), port};
}

void Listener::stop(Duration grace) {
  server_->Shutdown(gpr_time_add(
      gpr_now(GPR_CLOCK_MONOTONIC),
      gpr_time_from_millis(std::chrono::duration_cast<std::chrono::milliseconds>(grace).count(), GPR_TIMESPAN)));
  server_->Wait();
}

}  // namespace karkara
