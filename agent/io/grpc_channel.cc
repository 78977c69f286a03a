#include "agent/io/grpc_channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <utility>

namespace karkara {
namespace {

constexpr int kMostMessageBytes = 4 << 20;
constexpr int kConnectTimeoutMs = 30'000;
constexpr std::size_t kMostErrorText = 200;

// Nothing that costs bytes while nothing is said, and nothing that decides behind our back: no BDP probes, no pings, no
// proxy from the environment, no retries, no TCP connection shared with a channel that was given up.
grpc::ChannelArguments channel_arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_CHANNELZ, 0);
  arguments.SetInt(GRPC_ARG_MAX_CHANNEL_TRACE_EVENT_MEMORY_PER_NODE, 0);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
  arguments.SetMaxReceiveMessageSize(kMostMessageBytes);
  arguments.SetMaxSendMessageSize(kMostMessageBytes);
  return arguments;
}

ErrorCode code_of(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT: return ErrorCode::InvalidArgument;
    case grpc::StatusCode::DEADLINE_EXCEEDED: return ErrorCode::DeadlineExceeded;
    case grpc::StatusCode::NOT_FOUND: return ErrorCode::NotFound;
    case grpc::StatusCode::ALREADY_EXISTS: return ErrorCode::AlreadyExists;
    case grpc::StatusCode::PERMISSION_DENIED: return ErrorCode::PermissionDenied;
    case grpc::StatusCode::RESOURCE_EXHAUSTED: return ErrorCode::ResourceExhausted;
    case grpc::StatusCode::FAILED_PRECONDITION: return ErrorCode::FailedPrecondition;
    case grpc::StatusCode::ABORTED: return ErrorCode::Aborted;
    case grpc::StatusCode::INTERNAL: return ErrorCode::Internal;
    case grpc::StatusCode::DATA_LOSS: return ErrorCode::DataLoss;
    case grpc::StatusCode::UNAUTHENTICATED: return ErrorCode::Unauthenticated;
    default: return ErrorCode::Unavailable;  // foreign: gRPC's codes are not ours; the rest may pass by itself
  }
}

}  // namespace

std::shared_ptr<grpc::Channel> make_channel(const std::string& endpoint, const TlsIdentity& identity) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = identity.ca_pem;
  options.pem_private_key = identity.key_pem;
  options.pem_cert_chain = identity.certificate_pem;
  return grpc::CreateCustomChannel("dns:///" + endpoint, grpc::SslCredentials(options), channel_arguments());
}

std::shared_ptr<grpc::Channel> make_idle_channel() {
  return grpc::CreateCustomChannel("unix:/dev/null/nobody", grpc::InsecureChannelCredentials(), channel_arguments());
}

Error error_of(const grpc::Status& status) {
  if (status.ok()) {
    return {ErrorCode::Unavailable, "the controller closed the session"};
  }
  return {code_of(status.error_code()), status.error_message().substr(0, kMostErrorText)};
}

void CallsInFlight::add(std::function<void()> give_up) {
  const std::lock_guard lock{mutex_};
  ++count_;
  give_up_.push_back(std::move(give_up));
}

void CallsInFlight::let_go() {
  const std::lock_guard lock{mutex_};
  if (--count_ == 0) {
    give_up_.clear();
  }
  none_.notify_all();
}

void CallsInFlight::give_up_all() {
  std::unique_lock lock{mutex_};
  const auto all = std::exchange(give_up_, {});
  lock.unlock();
  for (const auto& give_up : all) {
    give_up();
  }
  lock.lock();
  none_.wait(lock, [&] { return count_ == 0; });
}

}  // namespace karkara
