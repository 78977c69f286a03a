#include "tests/agent/io/fake_controller.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <deque>

#include "karkara/v1/enrolment.grpc.pb.h"
#include "karkara/v1/site_link.grpc.pb.h"

namespace karkara {
namespace {

std::string spiffe_of(const grpc::AuthContext& context) {
  for (const grpc::string_ref& uri : context.FindPropertyValues("peer_spiffe_id")) {
    return {uri.data(), uri.size()};
  }
  return "";
}

}  // namespace

class FakeController::Session : public grpc::ServerBidiReactor<v1::AgentFrame, v1::ControllerFrame> {
 public:
  explicit Session(FakeController& controller) : controller_{controller} { StartRead(&in_); }

  void send(v1::ControllerFrame frame) {
    const std::lock_guard lock{mutex_};
    out_.push_back(std::move(frame));
    if (out_.size() == 1 && !finished_) {
      StartWrite(&out_.front());
    }
  }
  void close() {
    const std::lock_guard lock{mutex_};
    if (!std::exchange(finished_, true)) {
      Finish(grpc::Status{grpc::StatusCode::UNAVAILABLE, "closed by the test"});
    }
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) {
      close();
      return;
    }
    Behaviour behaviour;
    {
      const std::lock_guard lock{controller_.mutex_};
      controller_.seen_.frames.push_back(in_);
      behaviour = controller_.behaviour_;
    }
    react(behaviour);
    StartRead(&in_);
  }
  void react(const Behaviour& behaviour) {
    v1::ControllerFrame answer;
    if (in_.has_hello() && behaviour.welcomes) {
      answer.mutable_welcome()->set_epoch(behaviour.epoch);
      answer.mutable_welcome()->set_heartbeat_interval_ms(behaviour.heartbeat_interval_ms);
      answer.mutable_welcome()->set_acknowledged_block(behaviour.acknowledged_block);
      send(std::move(answer));
    } else if (in_.has_heartbeat() && behaviour.answers_heartbeats) {
      *answer.mutable_heartbeat() = in_.heartbeat();
      send(std::move(answer));
    } else if (in_.has_data() && behaviour.acknowledges) {
      answer.mutable_ack()->set_frame_class(in_.data().frame_class());
      answer.mutable_ack()->set_sequence(in_.data().sequence());
      send(std::move(answer));
    }
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard lock{mutex_};
    out_.pop_front();
    if (ok && !out_.empty() && !finished_) {
      StartWrite(&out_.front());
    }
  }
  void OnCancel() override { close(); }
  void OnDone() override {
    {
      const std::lock_guard lock{controller_.mutex_};
      std::erase(controller_.sessions_, this);
      ++controller_.seen_.ended;
    }
    delete this;
  }

  FakeController& controller_;
  std::mutex mutex_;
  v1::AgentFrame in_;
  std::deque<v1::ControllerFrame> out_;
  bool finished_ = false;
};

class FakeController::SiteLink : public v1::SiteLink::CallbackService {
 public:
  explicit SiteLink(FakeController& controller) : controller_{controller} {}
  grpc::ServerBidiReactor<v1::AgentFrame, v1::ControllerFrame>* Session(grpc::CallbackServerContext* context) override {
    auto* session = new FakeController::Session{controller_};
    const std::lock_guard lock{controller_.mutex_};
    controller_.sessions_.push_back(session);
    controller_.seen_.peers.push_back(spiffe_of(*context->auth_context()));
    ++controller_.seen_.sessions;
    return session;
  }
  grpc::ServerUnaryReactor* Renew(grpc::CallbackServerContext* context, const v1::RenewRequest* request,
                                  v1::RenewReply* reply) override {
    const std::lock_guard lock{controller_.mutex_};
    ++controller_.seen_.renewals;
    reply->set_certificate_pem(controller_.authority_.sign(request->csr_der(), spiffe_of(*context->auth_context())));
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  FakeController& controller_;
};

class FakeController::Enrolment : public v1::Enrolment::CallbackService {
 public:
  explicit Enrolment(FakeController& controller) : controller_{controller} {}
  grpc::ServerUnaryReactor* Enrol(grpc::CallbackServerContext* context, const v1::EnrolRequest* request,
                                  v1::EnrolReply* reply) override {
    const std::lock_guard lock{controller_.mutex_};
    controller_.seen_.enrolments.push_back(*request);
    auto* reactor = context->DefaultReactor();
    reactor->Finish(judge(*request, *reply));
    return reactor;
  }

 private:
  grpc::Status judge(const v1::EnrolRequest& request, v1::EnrolReply& reply) const {
    const Behaviour& behaviour = controller_.behaviour_;
    if (request.token() != behaviour.token) {
      return {grpc::StatusCode::PERMISSION_DENIED, "no such token"};
    }
    if (behaviour.loses_enrolment_answers) {
      return {grpc::StatusCode::UNAVAILABLE, "the answer got lost"};
    }
    const std::string site = behaviour.signs_for_another_site ? "elsewhere" : request.site_id();
    reply.set_certificate_pem(controller_.authority_.sign(
        request.csr_der(), "spiffe://" + behaviour.trust_domain + "/site/" + site, behaviour.certificate_age));
    reply.set_ca_pem(controller_.authority_.root_pem());
    return grpc::Status::OK;
  }
  FakeController& controller_;
};

FakeController::FakeController(const TestAuthority& authority, const TestAuthority::Signed& identity)
    : authority_{authority},
      site_link_{std::make_unique<SiteLink>(*this)},
      enrolment_{std::make_unique<Enrolment>(*this)} {
  grpc::SslServerCredentialsOptions mutual{GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY};
  mutual.pem_root_certs = authority.root_pem();
  mutual.pem_key_cert_pairs.push_back({identity.key_pem, identity.certificate_pem});
  grpc::SslServerCredentialsOptions open;
  open.pem_key_cert_pairs = mutual.pem_key_cert_pairs;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(mutual), &session_port_);
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(open), &enrolment_port_);
  builder.RegisterService(site_link_.get());
  builder.RegisterService(enrolment_.get());
  server_ = builder.BuildAndStart();
}

FakeController::~FakeController() {
  close_sessions();
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

std::string FakeController::session_endpoint() const {
  return "127.0.0.1:" + std::to_string(session_port_);
}
std::string FakeController::enrolment_endpoint() const {
  return "127.0.0.1:" + std::to_string(enrolment_port_);
}

void FakeController::change(const std::function<void(Behaviour&)>& change) {
  const std::lock_guard lock{mutex_};
  change(behaviour_);
}

void FakeController::send(v1::ControllerFrame frame) {
  const std::lock_guard lock{mutex_};
  if (!sessions_.empty()) {
    sessions_.back()->send(std::move(frame));
  }
}

void FakeController::close_sessions() {
  const std::lock_guard lock{mutex_};
  for (Session* session : sessions_) {
    session->close();
  }
}

FakeController::Seen FakeController::seen() const {
  const std::lock_guard lock{mutex_};
  return seen_;
}

}  // namespace karkara
