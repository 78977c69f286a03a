#include "agent/io/controller_calls.h"

#include <grpc/support/log.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "agent/io/proto_conversion.h"
#include "karkara/v1/enrolment.grpc.pb.h"
#include "karkara/v1/site_link.grpc.pb.h"

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

std::shared_ptr<grpc::Channel> make_channel(const std::string& endpoint, const TlsIdentity& identity) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = identity.ca_pem;
  options.pem_private_key = identity.key_pem;
  options.pem_cert_chain = identity.certificate_pem;
  // The host of the endpoint is the name that the server's certificate must carry.
  return grpc::CreateCustomChannel("dns:///" + endpoint, grpc::SslCredentials(options), channel_arguments());
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
    default: return ErrorCode::Unavailable;  // karkara: default, gRPC's codes are not ours; the rest may pass by itself
  }
}

Error error_of(const grpc::Status& status) {
  if (status.ok()) {
    return {ErrorCode::Unavailable, "the controller closed the session"};
  }
  return {code_of(status.error_code()), status.error_message().substr(0, kMostErrorText)};
}

}  // namespace

// Counts what gRPC still holds, and remembers it for the day of the end.
class ControllerCalls::InFlight {
 public:
  // `give_up` is called on the loop's thread, at most once more after the owner is gone.
  void add(std::function<void()> give_up) {
    const std::lock_guard lock{mutex_};
    ++count_;
    give_up_.push_back(std::move(give_up));
  }
  void let_go() {
    const std::lock_guard lock{mutex_};
    if (--count_ == 0) {
      give_up_.clear();
    }
    none_.notify_all();
  }
  void give_up_all() {
    std::unique_lock lock{mutex_};
    const auto all = std::exchange(give_up_, {});
    lock.unlock();
    for (const auto& give_up : all) {
      give_up();
    }
    lock.lock();
    none_.wait(lock, [&] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  int count_ = 0;
  std::vector<std::function<void()>> give_up_;
};

// gRPC's side of a stream. It is alive until OnDone; the loop's side (StreamHandle) may go earlier. Whatever starts an
// operation runs on the loop's thread, and the one hold is removed there too: gRPC never ends the stream under it.
class ControllerCalls::Stream : public grpc::ClientBidiReactor<v1::AgentFrame, v1::ControllerFrame>,
                                public std::enable_shared_from_this<Stream> {
 public:
  Stream(boost::asio::io_context& io, std::shared_ptr<InFlight> in_flight, SiteLinkStream::Events events)
      : io_{io}, in_flight_{std::move(in_flight)}, events_{std::move(events)} {}

  void start(const std::string& endpoint, const TlsIdentity& identity, v1::AgentFrame hello) {
    self_ = shared_from_this();
    in_flight_->add([weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->drop();
      }
    });
    channel_ = make_channel(endpoint, identity);
    stub_ = v1::SiteLink::NewStub(channel_);
    stub_->async()->Session(&context_, this);
    AddHold();
    out_ = std::move(hello);
    StartWrite(&out_);
    StartRead(&in_);
    StartCall();
  }

  void write(v1::AgentFrame frame) {
    if (holding_) {
      out_ = std::move(frame);
      StartWrite(&out_);
    }
  }

  void read_on() {
    if (holding_) {
      StartRead(&in_);
    }
  }

  void drop() {
    dropped_ = true;
    context_.TryCancel();
    release();
  }

 private:
  // --- gRPC's threads: post, nothing else ---
  void OnReadDone(bool ok) override {
    boost::asio::post(io_, [self = shared_from_this(), ok] { ok ? self->deliver() : self->release(); });
  }
  void OnWriteDone(bool ok) override {
    if (ok) {
      boost::asio::post(io_, [self = shared_from_this()] {
        if (!self->dropped_) {
          self->events_.written();
        }
      });
    }
  }
  void OnDone(const grpc::Status& status) override {
    const auto self = std::exchange(self_, nullptr);
    boost::asio::post(io_, [self, error = error_of(status)] {
      if (!self->dropped_) {
        self->events_.ended(error);
      }
    });
    in_flight_->let_go();
  }

  // --- the loop's thread ---
  void deliver() {
    if (!dropped_) {
      events_.frame(std::exchange(in_, {}));
    }
  }
  void release() {
    if (std::exchange(holding_, false)) {
      RemoveHold();
    }
  }

  boost::asio::io_context& io_;
  std::shared_ptr<InFlight> in_flight_;
  SiteLinkStream::Events events_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SiteLink::Stub> stub_;
  grpc::ClientContext context_;
  v1::AgentFrame out_;
  v1::ControllerFrame in_;
  std::shared_ptr<Stream> self_;
  bool holding_ = true;
  bool dropped_ = false;
};

// One unary call.
template <class Stub, class Request, class Reply>
class ControllerCalls::Call : public std::enable_shared_from_this<Call<Stub, Request, Reply>> {
 public:
  Call(boost::asio::io_context& io, std::shared_ptr<InFlight> in_flight, Answered<Reply> answered)
      : io_{io}, in_flight_{std::move(in_flight)}, answered_{std::move(answered)} {}

  template <class Method>
  void start(const std::string& endpoint, const TlsIdentity& identity, Request request, Duration timeout,
             Method method) {
    in_flight_->add([weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->drop();
      }
    });
    request_ = std::move(request);
    // A deadline by the calendar's clock would fire or hang when the clock is set.
    context_.set_deadline(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                       gpr_time_from_millis(timeout / std::chrono::milliseconds{1}, GPR_TIMESPAN)));
    stub_ = std::make_unique<Stub>(make_channel(endpoint, identity));
    method(stub_->async(), &context_, &request_, &reply_,
           [self = this->shared_from_this()](const grpc::Status& status) { self->done(status); });
  }

  void drop() {
    dropped_ = true;
    context_.TryCancel();
  }

 private:
  void done(const grpc::Status& status) {  // gRPC's thread
    boost::asio::post(io_, [self = this->shared_from_this(), status] {
      if (self->dropped_) {
        return;
      }
      if (status.ok()) {
        self->answered_(std::move(self->reply_));
      } else {
        self->answered_(error_of(status));
      }
    });
    in_flight_->let_go();
  }

  boost::asio::io_context& io_;
  std::shared_ptr<InFlight> in_flight_;
  Answered<Reply> answered_;
  std::unique_ptr<Stub> stub_;
  grpc::ClientContext context_;
  Request request_;
  Reply reply_;
  bool dropped_ = false;
};

namespace {

// What the loop holds of something that gRPC holds too.
template <class Base, class Shared>
class Handle : public Base {
 public:
  explicit Handle(std::shared_ptr<Shared> shared) : shared_{std::move(shared)} {}
  ~Handle() override { shared_->drop(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

 protected:
  std::shared_ptr<Shared> shared_;
};

template <class Shared>
class StreamHandle final : public Handle<SiteLinkStream, Shared> {
 public:
  using Handle<SiteLinkStream, Shared>::Handle;
  void write(v1::AgentFrame frame) override { this->shared_->write(std::move(frame)); }
  void read_on() override { this->shared_->read_on(); }
};

}  // namespace

ControllerCalls::ControllerCalls(boost::asio::io_context& io) : io_{io}, in_flight_{std::make_shared<InFlight>()} {
  silence_protobuf();
  gpr_set_log_function([](gpr_log_func_args*) {});  // what matters comes back as a status; log lines have ids here
}

ControllerCalls::~ControllerCalls() {
  in_flight_->give_up_all();
}

std::unique_ptr<SiteLinkStream> ControllerCalls::dial(const std::string& endpoint, const TlsIdentity& identity,
                                                      v1::AgentFrame hello, SiteLinkStream::Events events) {
  auto stream = std::make_shared<Stream>(io_, in_flight_, std::move(events));
  stream->start(endpoint, identity, std::move(hello));
  return std::make_unique<StreamHandle<Stream>>(std::move(stream));
}

std::unique_ptr<PendingCall> ControllerCalls::enrol(const std::string& endpoint, const TlsIdentity& identity,
                                                    v1::EnrolRequest request, Duration timeout,
                                                    Answered<v1::EnrolReply> answered) {
  using EnrolCall = Call<v1::Enrolment::Stub, v1::EnrolRequest, v1::EnrolReply>;
  auto call = std::make_shared<EnrolCall>(io_, in_flight_, std::move(answered));
  call->start(endpoint, identity, std::move(request), timeout,
              [](auto* stub, auto* context, auto* ask, auto* reply, auto done) {
                stub->Enrol(context, ask, reply, std::move(done));
              });
  return std::make_unique<Handle<PendingCall, EnrolCall>>(std::move(call));
}

std::unique_ptr<PendingCall> ControllerCalls::renew(const std::string& endpoint, const TlsIdentity& identity,
                                                    v1::RenewRequest request, Duration timeout,
                                                    Answered<v1::RenewReply> answered) {
  using RenewCall = Call<v1::SiteLink::Stub, v1::RenewRequest, v1::RenewReply>;
  auto call = std::make_shared<RenewCall>(io_, in_flight_, std::move(answered));
  call->start(endpoint, identity, std::move(request), timeout,
              [](auto* stub, auto* context, auto* ask, auto* reply, auto done) {
                stub->Renew(context, ask, reply, std::move(done));
              });
  return std::make_unique<Handle<PendingCall, RenewCall>>(std::move(call));
}

}  // namespace karkara
