#include "agent/io/controller_calls.h"

#include <grpc/support/log.h>
#include <grpc/support/time.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "agent/io/grpc_channel.h"
#include "agent/io/proto_conversion.h"
#include "karkara/v1/enrolment.grpc.pb.h"
#include "karkara/v1/site_link.grpc.pb.h"

namespace karkara {
namespace {

// A reference that can only be moved: no copy of it can stay behind in the thread that posts it.
template <class T>
class Keep {
 public:
  explicit Keep(std::shared_ptr<T>&& kept) : kept_{std::move(kept)} {}
  Keep(Keep&&) noexcept = default;
  Keep& operator=(Keep&&) = delete;
  T* operator->() const { return kept_.get(); }

 private:
  std::shared_ptr<T> kept_;
};

// gRPC's side of a stream. It is alive until OnDone; the loop's side (StreamHandle) may go earlier. Whatever starts an
// operation runs on the loop's thread, and the one hold is removed there too: gRPC never ends the stream under it.
// Nor may gRPC's threads ever let go of the last reference: with the last channel gRPC 1.51 ends these very threads,
// and one that ends itself frees its queue twice. Hence self_, which moves into the last handler that is posted.
class Stream : public grpc::ClientBidiReactor<v1::AgentFrame, v1::ControllerFrame>,
               public std::enable_shared_from_this<Stream> {
 public:
  Stream(boost::asio::io_context& io, std::shared_ptr<CallsInFlight> in_flight, SiteLinkStream::Events events)
      : io_{io}, in_flight_{std::move(in_flight)}, events_{std::move(events)} {}

  void start(const std::shared_ptr<grpc::Channel>& channel, v1::AgentFrame hello) {
    self_ = shared_from_this();
    in_flight_->add([weak = weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->drop();
      }
    });
    stub_ = v1::SiteLink::NewStub(channel);
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
    const std::shared_ptr<CallsInFlight> in_flight = in_flight_;
    boost::asio::post(io_,
                      [keep = Keep<Stream>{std::move(self_)}, error = error_of(status)] { keep->finished(error); });
    in_flight->let_go();
  }

  // --- the loop's thread ---
  void deliver() {
    if (!dropped_) {
      events_.frame(std::exchange(in_, {}));
    }
  }
  void finished(const Error& error) {
    if (!dropped_) {
      events_.ended(error);
    }
  }
  void release() {
    if (std::exchange(holding_, false)) {
      RemoveHold();
    }
  }

  boost::asio::io_context& io_;
  std::shared_ptr<CallsInFlight> in_flight_;
  SiteLinkStream::Events events_;
  std::unique_ptr<v1::SiteLink::Stub> stub_;
  grpc::ClientContext context_;
  v1::AgentFrame out_;
  v1::ControllerFrame in_;
  std::shared_ptr<Stream> self_;
  bool holding_ = true;
  bool dropped_ = false;
};

// One unary call; the same rules.
template <class Stub, class Request, class Reply>
class Call : public std::enable_shared_from_this<Call<Stub, Request, Reply>> {
 public:
  Call(boost::asio::io_context& io, std::shared_ptr<CallsInFlight> in_flight, ControllerCalls::Answered<Reply> answered)
      : io_{io}, in_flight_{std::move(in_flight)}, answered_{std::move(answered)} {}

  template <class Method>
  void start(const std::shared_ptr<grpc::Channel>& channel, Request request, Duration timeout, Method method) {
    self_ = this->shared_from_this();
    in_flight_->add([weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->drop();
      }
    });
    request_ = std::move(request);
    // A deadline by the calendar's clock would fire or hang when the clock is set.
    context_.set_deadline(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                                       gpr_time_from_millis(timeout / std::chrono::milliseconds{1}, GPR_TIMESPAN)));
    stub_ = std::make_unique<Stub>(channel);
    method(stub_->async(), &context_, &request_, &reply_, [this](const grpc::Status& status) { done(status); });
  }

  void drop() {
    dropped_ = true;
    context_.TryCancel();
  }

 private:
  void done(const grpc::Status& status) {  // gRPC's thread; as in Stream::OnDone
    const std::shared_ptr<CallsInFlight> in_flight = in_flight_;
    boost::asio::post(io_, [keep = Keep<Call>{std::move(self_)}, status] { keep->finished(status); });
    in_flight->let_go();
  }
  void finished(const grpc::Status& status) {
    if (dropped_) {
      return;
    }
    if (status.ok()) {
      answered_(std::move(reply_));
    } else {
      answered_(error_of(status));
    }
  }

  boost::asio::io_context& io_;
  std::shared_ptr<CallsInFlight> in_flight_;
  ControllerCalls::Answered<Reply> answered_;
  std::unique_ptr<Stub> stub_;
  grpc::ClientContext context_;
  Request request_;
  Reply reply_;
  std::shared_ptr<Call> self_;
  bool dropped_ = false;
};

using EnrolCall = Call<v1::Enrolment::Stub, v1::EnrolRequest, v1::EnrolReply>;
using RenewCall = Call<v1::SiteLink::Stub, v1::RenewRequest, v1::RenewReply>;
constexpr auto kEnrol = [](auto* stub, auto* context, auto* ask, auto* reply, auto done) {
  stub->Enrol(context, ask, reply, std::move(done));
};
constexpr auto kRenew = [](auto* stub, auto* context, auto* ask, auto* reply, auto done) {
  stub->Renew(context, ask, reply, std::move(done));
};

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

ControllerCalls::ControllerCalls(boost::asio::io_context& io) : io_{io}, in_flight_{std::make_shared<CallsInFlight>()} {
  silence_protobuf();
  gpr_set_log_function([](gpr_log_func_args*) {});  // what matters comes back as a status; log lines have ids here
  keep_threads();
}

ControllerCalls::~ControllerCalls() {
  in_flight_->give_up_all();
}

// gRPC's threads for callbacks end with the last channel that used them, and whoever lets go of that waits for them.
// The loop should wait for no thread at a redial: a channel that connects to nothing keeps them.
void ControllerCalls::keep_threads() {
  threads_ = make_idle_channel();
  const auto call = std::make_shared<EnrolCall>(io_, in_flight_, [](const Result<v1::EnrolReply>&) {});
  call->drop();
  call->start(threads_, {}, std::chrono::seconds{1}, kEnrol);
}

std::unique_ptr<SiteLinkStream> ControllerCalls::dial(const std::string& endpoint, const TlsIdentity& identity,
                                                      v1::AgentFrame hello, SiteLinkStream::Events events) {
  auto stream = std::make_shared<Stream>(io_, in_flight_, std::move(events));
  stream->start(make_channel(endpoint, identity), std::move(hello));
  return std::make_unique<StreamHandle<Stream>>(std::move(stream));
}

std::unique_ptr<PendingCall> ControllerCalls::enrol(const std::string& endpoint, const TlsIdentity& identity,
                                                    v1::EnrolRequest request, Duration timeout,
                                                    Answered<v1::EnrolReply> answered) {
  auto call = std::make_shared<EnrolCall>(io_, in_flight_, std::move(answered));
  call->start(make_channel(endpoint, identity), std::move(request), timeout, kEnrol);
  return std::make_unique<Handle<PendingCall, EnrolCall>>(std::move(call));
}

std::unique_ptr<PendingCall> ControllerCalls::renew(const std::string& endpoint, const TlsIdentity& identity,
                                                    v1::RenewRequest request, Duration timeout,
                                                    Answered<v1::RenewReply> answered) {
  auto call = std::make_shared<RenewCall>(io_, in_flight_, std::move(answered));
  call->start(make_channel(endpoint, identity), std::move(request), timeout, kRenew);
  return std::make_unique<Handle<PendingCall, RenewCall>>(std::move(call));
}

}  // namespace karkara
