// A controller for tests: real gRPC and TLS on the loopback, behaviour that can be switched. It enrols, welcomes,
// acknowledges and answers heartbeats unless it is told not to.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "karkara/v1/enrolment.pb.h"
#include "karkara/v1/site_link.pb.h"
#include "tests/agent/io/test_authority.h"

namespace grpc {
class Server;
}

namespace karkara {

class FakeController {
 public:
  struct Behaviour {
    std::string token = "a-token-of-some-length";
    std::string trust_domain = "karkara.test";
    std::chrono::seconds certificate_age = std::chrono::hours{48};
    std::uint64_t epoch = 3;
    unsigned heartbeat_interval_ms = 60'000;
    std::uint64_t acknowledged_block = 0;
    bool welcomes = true;  // answers Hello
    bool acknowledges = true;
    bool answers_heartbeats = true;
    bool loses_enrolment_answers = false;
    bool signs_for_another_site = false;
  };

  // `identity` is what the server shows; nothing: the authority's certificate for 127.0.0.1.
  explicit FakeController(const TestAuthority& authority) : FakeController{authority, authority.server("127.0.0.1")} {}
  FakeController(const TestAuthority& authority, const TestAuthority::Signed& identity);
  ~FakeController();
  FakeController(const FakeController&) = delete;
  FakeController& operator=(const FakeController&) = delete;

  [[nodiscard]] std::string session_endpoint() const;    // mutual TLS
  [[nodiscard]] std::string enrolment_endpoint() const;  // server-authenticated
  void change(const std::function<void(Behaviour&)>& change);
  void send(v1::ControllerFrame frame);  // to the newest session
  void close_sessions();

  struct Seen {
    std::vector<v1::AgentFrame> frames;  // of all sessions, in order
    std::vector<v1::EnrolRequest> enrolments;
    std::vector<std::string> peers;  // the SPIFFE id of each session
    int renewals = 0;
    int sessions = 0;
    int ended = 0;
  };
  [[nodiscard]] Seen seen() const;

 private:
  class SiteLink;
  class Enrolment;
  class Session;

  const TestAuthority& authority_;
  mutable std::mutex mutex_;
  Behaviour behaviour_;
  Seen seen_;
  std::vector<Session*> sessions_;  // alive, oldest first
  int session_port_ = 0;
  int enrolment_port_ = 0;
  std::unique_ptr<SiteLink> site_link_;
  std::unique_ptr<Enrolment> enrolment_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace karkara
