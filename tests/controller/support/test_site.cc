#include "tests/controller/support/test_site.h"

#include <grpc/support/time.h>

#include "controller/identity/openssl.h"
#include "karkara/v1/enrolment.grpc.pb.h"
#include "tests/controller/support/site_key.h"

namespace karkara {
namespace {

constexpr int kLongestTestSeconds = 60;  // a session that hangs fails the test instead of the machine

gpr_timespec in_seconds(int seconds) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_seconds(seconds, GPR_TIMESPAN));
}

v1::AgentFrame data_frame(v1::FrameClass frame_class, std::uint64_t sequence) {
  v1::AgentFrame frame;
  frame.mutable_data()->set_frame_class(frame_class);
  frame.mutable_data()->set_sequence(sequence);
  return frame;
}

}  // namespace

std::string fresh_request_der(std::string* key_pem) {
  const auto key = make_p256_key();
  if (key_pem != nullptr) {
    *key_pem = to_pem(key->get());
  }
  return make_request_der(key->get());
}

std::optional<SiteCredentials> enrol(const RunningController& controller, const v1::EnrolmentBundle& bundle,
                                     grpc::Status* outcome) {
  return enrol_with(controller, bundle, to_pem(make_p256_key()->get()), outcome);
}

std::optional<SiteCredentials> enrol_with(const RunningController& controller, const v1::EnrolmentBundle& bundle,
                                          const std::string& key_pem, grpc::Status* outcome) {
  SiteCredentials credentials{{}, key_pem};
  v1::EnrolRequest request;
  request.set_site_id(bundle.site_id());
  request.set_token(bundle.token());
  request.set_csr_der(make_request_der(key_from_pem(key_pem)->get()));
  request.set_hardware_id("test");
  v1::EnrolReply reply;
  grpc::ClientContext context;
  context.set_deadline(in_seconds(kLongestTestSeconds));
  const grpc::Status status = v1::Enrolment::NewStub(controller.enrolment_channel())->Enrol(&context, request, &reply);
  if (outcome != nullptr) {
    *outcome = status;
  }
  if (!status.ok()) {
    return std::nullopt;
  }
  credentials.certificate_pem = reply.certificate_pem();
  return credentials;
}

TestSite::TestSite(const RunningController& controller, const SiteCredentials& credentials)
    : channel_{controller.channel(credentials.certificate_pem, credentials.key_pem)},
      stub_{v1::SiteLink::NewStub(channel_)} {}

TestSite::~TestSite() {
  cut();
}

std::optional<v1::Welcome> TestSite::hello(v1::Hello hello) {
  cut();
  context_ = std::make_unique<grpc::ClientContext>();
  context_->set_deadline(in_seconds(kLongestTestSeconds));
  stream_ = stub_->Session(context_.get());
  v1::AgentFrame frame;
  *frame.mutable_hello() = std::move(hello);
  stream_->Write(frame);
  const auto answer = receive();
  return answer && answer->has_welcome() ? std::optional{answer->welcome()} : std::nullopt;
}

bool TestSite::send(const v1::AgentFrame& frame) {
  return stream_->Write(frame);
}

void TestSite::send_block(std::uint64_t sequence, std::string content) {
  v1::AgentFrame frame = data_frame(v1::FRAME_CLASS_TELEMETRY, sequence);
  frame.mutable_data()->mutable_block()->set_content(std::move(content));
  send(frame);
}

void TestSite::send_alarm(std::uint64_t sequence, const std::string& message, bool raised, std::int64_t wall_time_us) {
  v1::AgentFrame frame = data_frame(v1::FRAME_CLASS_ALARM, sequence);
  v1::AlarmEvent& alarm = *frame.mutable_data()->mutable_alarm();
  alarm.set_message(message);
  alarm.set_instance("vsat");
  alarm.set_raised(raised);
  alarm.set_wall_time_us(wall_time_us);
  send(frame);
}

void TestSite::send_state(std::uint64_t sequence, const v1::StateReport& state) {
  v1::AgentFrame frame = data_frame(v1::FRAME_CLASS_CONTROL, sequence);
  *frame.mutable_data()->mutable_state() = state;
  send(frame);
}

void TestSite::send_heartbeat(std::uint64_t count) {
  v1::AgentFrame frame;
  frame.mutable_heartbeat()->set_count(count);
  send(frame);
}

void TestSite::send_reply(std::uint64_t sequence, const v1::SiteReply& reply) {
  v1::AgentFrame frame = data_frame(v1::FRAME_CLASS_CONTROL, sequence);
  *frame.mutable_data()->mutable_reply() = reply;
  send(frame);
}

std::optional<v1::ControllerFrame> TestSite::receive() {
  v1::ControllerFrame frame;
  return stream_->Read(&frame) ? std::optional{frame} : std::nullopt;
}

bool TestSite::await_ack(v1::FrameClass frame_class, std::uint64_t sequence) {
  while (const auto frame = receive()) {
    if (frame->has_ack() && frame->ack().frame_class() == frame_class && frame->ack().sequence() >= sequence) {
      return true;
    }
  }
  return false;
}

grpc::Status TestSite::finish() {
  while (receive()) {
  }
  const grpc::Status status = stream_->Finish();
  stream_.reset();
  return status;
}

void TestSite::cut() {
  if (stream_ != nullptr) {
    context_->TryCancel();
    finish();
  }
}

}  // namespace karkara
