// A site for tests: enrols like a router and speaks the session like an agent, one step at a time, with bounded waits.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <optional>
#include <string>

#include "karkara/v1/site_link.grpc.pb.h"
#include "tests/controller/support/running_controller.h"

namespace karkara {

struct SiteCredentials {
  std::string certificate_pem;
  std::string key_pem;
};

// What a router does with its bundle. `outcome` of the call when it was refused.
std::optional<SiteCredentials> enrol(const RunningController& controller, const v1::EnrolmentBundle& bundle,
                                     grpc::Status* outcome = nullptr);
// The same with a key that it has already.
std::optional<SiteCredentials> enrol_with(const RunningController& controller, const v1::EnrolmentBundle& bundle,
                                          const std::string& key_pem, grpc::Status* outcome = nullptr);
// A fresh P-256 key and its request.
std::string fresh_request_der(std::string* key_pem);

class TestSite {
 public:
  TestSite(const RunningController& controller, const SiteCredentials& credentials);
  ~TestSite();  // cuts the session

  // Opens a session; the welcome, or nothing when it was refused.
  std::optional<v1::Welcome> hello(v1::Hello hello = {});
  bool send(const v1::AgentFrame& frame);
  void send_block(std::uint64_t sequence, std::string content);
  void send_alarm(std::uint64_t sequence, const std::string& message, bool raised, std::int64_t wall_time_us);
  void send_state(std::uint64_t sequence, const v1::StateReport& state);
  void send_heartbeat(std::uint64_t count);
  void send_reply(std::uint64_t sequence, const v1::SiteReply& reply);
  // The next frame; nothing when the session ended.
  std::optional<v1::ControllerFrame> receive();
  // Reads until an acknowledgement of the class reaches the sequence; false when the session ended before.
  bool await_ack(v1::FrameClass frame_class, std::uint64_t sequence);
  // How the session ended; waits for it.
  grpc::Status finish();
  void cut();

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SiteLink::Stub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::AgentFrame, v1::ControllerFrame>> stream_;
};

}  // namespace karkara
