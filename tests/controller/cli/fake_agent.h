// An agent's unix socket that answers what a test wants.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <string>
#include <thread>

#include "karkara/v1/site_link.pb.h"
#include "tests/controller/cli/sample_models.h"
#include "tests/controller/cli/test_certificates.h"

namespace karkara::cli {

inline std::string framed(const std::string& body) {
  std::string frame;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    frame += static_cast<char>((body.size() >> shift) & 0xffU);
  }
  return frame + body;
}

// Takes one caller after the other, reads its request and sends what `answer` makes of it, in two pieces.
class FakeAgent {
 public:
  using Answer = std::function<std::string(const v1::SiteRequest&)>;

  FakeAgent(std::string path, Answer answer) : path_{std::move(path)}, answer_{std::move(answer)} {
    ::unlink(path_.c_str());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    thread_ = std::thread{[this] { serve(); }};
  }
  ~FakeAgent() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    ::unlink(path_.c_str());
  }
  FakeAgent(const FakeAgent&) = delete;
  FakeAgent& operator=(const FakeAgent&) = delete;

 private:
  void serve() {
    for (int caller = 0; (caller = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      serve(caller);
    }
  }
  void serve(int caller) {
    std::string bytes(4, '\0');
    EXPECT_EQ(::recv(caller, bytes.data(), 4, MSG_WAITALL), 4);
    std::size_t length = 0;
    for (const char c : bytes) {
      length = length << 8U | static_cast<unsigned char>(c);
    }
    std::string body(length, '\0');
    EXPECT_EQ(::recv(caller, body.data(), length, MSG_WAITALL), static_cast<ssize_t>(length));
    v1::SiteRequest request;
    EXPECT_TRUE(request.ParseFromString(body));
    const std::string reply = answer_(request);
    ::send(caller, reply.data(), reply.size() / 2, MSG_NOSIGNAL);
    ::send(caller, reply.data() + reply.size() / 2, reply.size() - reply.size() / 2, MSG_NOSIGNAL);
    if (reply.empty()) {  // waits until the caller gives up
      char byte = 0;
      EXPECT_EQ(::recv(caller, &byte, 1, 0), 0);
    }
    ::close(caller);
  }

  std::string path_;
  Answer answer_;
  int listener_ = -1;
  std::thread thread_;
};

inline std::string socket_path() {
  return scratch_folder() / "agent.sock";
}

inline std::string sample_answer(const v1::SiteRequest& request) {
  v1::SiteReply reply;
  reply.set_id(request.id());
  switch (request.what_case()) {
    case v1::SiteRequest::kStatus: *reply.mutable_status() = sample_status(); break;
    case v1::SiteRequest::kLiveValues: *reply.mutable_live_values() = sample_live_values(); break;
    case v1::SiteRequest::kExplainUplink: *reply.mutable_explanation() = sample_explanation(); break;
    case v1::SiteRequest::kReload: reply.mutable_done()->set_text("2 fields changed"); break;
    case v1::SiteRequest::kFlush:
      reply.set_code(14);
      reply.set_error("there is no session with the controller");
      break;
    case v1::SiteRequest::kOrder: reply.mutable_done()->set_text("ordered"); break;
    case v1::SiteRequest::kUsage: *reply.mutable_usage() = sample_usage(); break;
    case v1::SiteRequest::kCheck: *reply.mutable_check() = sample_check(); break;
    case v1::SiteRequest::kShaping: *reply.mutable_shaping() = sample_shaping(); break;
    case v1::SiteRequest::kPower: *reply.mutable_power() = sample_power(); break;
    case v1::SiteRequest::kPowerHistory: *reply.mutable_power_history() = sample_power_history(); break;
    case v1::SiteRequest::kMesh: *reply.mutable_mesh() = sample_mesh(); break;
    case v1::SiteRequest::kDecisions: *reply.mutable_done() = sample_decisions(); break;
    case v1::SiteRequest::kBalance: reply.mutable_done()->set_text("the ledger is corrected"); break;
    case v1::SiteRequest::WHAT_NOT_SET: break;
  }
  return framed(reply.SerializeAsString());
}

}  // namespace karkara::cli
