// The three calls that the agent makes to the controller, over gRPC. gRPC's own threads only post to the loop, which
// alone calls the functions given here; whatever was dropped is never heard of again. Refuses decisions: no retries, no
// keepalive, no address but the one given. Used by the session, the enrolment and the renewal.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/time.h"
#include "karkara/v1/enrolment.pb.h"
#include "karkara/v1/site_link.pb.h"

namespace boost::asio {
class io_context;
}
namespace grpc {
class Channel;
}

namespace karkara {

class CallsInFlight;

// Whom to trust and who we are. Without key and certificate only the server is authenticated.
struct TlsIdentity {
  std::string ca_pem;
  std::string key_pem;
  std::string certificate_pem;
};

// One open stream. Destroying it drops it.
class SiteLinkStream {
 public:
  struct Events {
    std::function<void(v1::ControllerFrame)> frame;  // the next one only after read_on()
    std::function<void()> written;
    std::function<void(Error)> ended;  // the last event
  };
  virtual ~SiteLinkStream() = default;
  virtual void write(v1::AgentFrame frame) = 0;  // one at a time: the next after `written`
  virtual void read_on() = 0;
};

// A call that waits for its answer. Destroying it gives it up.
class PendingCall {
 public:
  virtual ~PendingCall() = default;
};

class ControllerCalls {
 public:
  template <class Reply>
  using Answered = std::function<void(Result<Reply>)>;

  explicit ControllerCalls(boost::asio::io_context& io);
  // On the loop's thread, after the loop ended or from it: gives up everything and waits until gRPC let go.
  ~ControllerCalls();
  ControllerCalls(const ControllerCalls&) = delete;
  ControllerCalls& operator=(const ControllerCalls&) = delete;

  // Opens a connection of its own and the stream on it, with `hello` as the first frame.
  std::unique_ptr<SiteLinkStream> dial(const std::string& endpoint, const TlsIdentity& identity, v1::AgentFrame hello,
                                       SiteLinkStream::Events events);
  std::unique_ptr<PendingCall> enrol(const std::string& endpoint, const TlsIdentity& identity, v1::EnrolRequest request,
                                     Duration timeout, Answered<v1::EnrolReply> answered);
  std::unique_ptr<PendingCall> renew(const std::string& endpoint, const TlsIdentity& identity, v1::RenewRequest request,
                                     Duration timeout, Answered<v1::RenewReply> answered);

 private:
  void keep_threads();

  boost::asio::io_context& io_;
  std::shared_ptr<CallsInFlight> in_flight_;
  std::shared_ptr<grpc::Channel> threads_;
};

}  // namespace karkara
