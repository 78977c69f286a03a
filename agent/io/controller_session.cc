#include "agent/io/controller_session.h"

#include <openssl/rand.h>

#include <algorithm>
#include <utility>

#include "agent/io/proto_conversion.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;

std::uint64_t fresh_nonce() {
  std::uint64_t nonce = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&nonce), sizeof nonce);
  return nonce;
}

}  // namespace

ControllerSession::ControllerSession(boost::asio::io_context& io, ControllerCalls& calls, EventSink sink,
                                     const Clock& clock, SessionSettings settings, Uniform uniform)
    : calls_{calls},
      sink_{std::move(sink)},
      clock_{clock},
      settings_{std::move(settings)},
      machine_{settings_.policy, std::move(uniform)},
      timer_{io} {}

void ControllerSession::use(std::string endpoint, TlsIdentity identity) {
  endpoint_ = std::move(endpoint);
  identity_ = std::move(identity);
  consider_obstacle();
}

void ControllerSession::allow(bool allowed) {
  allowed_ = allowed;
  consider_obstacle();
}

void ControllerSession::hurry(const std::string& why) {
  run(machine_.hurry(why, clock_.now()));
}

void ControllerSession::describe(DescribeSelf self) {
  const bool first = !self_;
  self_ = std::move(self);
  hello_is_old_ = true;
  if (first) {
    consider_obstacle();
  }
}

void ControllerSession::send(SendBlock block) {
  if (is_open()) {
    queue_.push_block(block.sequence,
                      std::string{reinterpret_cast<const char*>(block.content.data()), block.content.size()});
    write_next();
  }
}

void ControllerSession::send(SendAlarm alarm) {
  if (is_open()) {
    queue_.push_alarm(alarm.sequence, to_proto(alarm.change));
    write_next();
  }
}

void ControllerSession::send(SendState state) {
  if (is_open()) {
    queue_.push_state(to_proto(state.report, state.at));
    write_next();
  }
}

void ControllerSession::answer(const AnswerRequest& answer) {
  reply(to_reply(answer, clock_.wall()));
}

void ControllerSession::stop() {
  run(machine_.stop());
}

// Without an identity the enrolment is who tells people what is waited for.
void ControllerSession::consider_obstacle() {
  if (endpoint_.empty()) {
    return;
  }
  const std::string_view obstacle = !allowed_ ? "waiting for the clock"
                                    : !self_  ? "waiting for the first look at the site"
                                              : "";
  run(machine_.obstacle(obstacle, clock_.now()));
}

void ControllerSession::run(SessionSteps steps) {
  for (SessionStep& step : steps) {
    std::visit(Overloaded{
                   [&](session_step::Dial&) { dial(); },
                   [&](session_step::Drop&) { end_stream(); },
                   [&](session_step::SendHeartbeat& heartbeat) {
                     queue_.push_heartbeat(heartbeat.count);
                     write_next();
                   },
                   [&](session_step::SayClosed& closed) {
                     end_stream();
                     sink_(SessionClosed{std::move(closed.why)});
                   },
                   [&](session_step::SayTrying& trying) { sink_(SessionTrying{std::move(trying.what)}); },
               },
               step);
  }
  arm_timer();
}

void ControllerSession::arm_timer() {
  const Instant deadline = machine_.next_deadline();
  if (deadline == Instant::max()) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::max<Duration>(deadline - clock_.now(), milliseconds{0}));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      run(machine_.tick(clock_.now()));
    }
  });
}

void ControllerSession::dial() {
  queue_.start_session();
  writing_ = true;  // Hello, which goes with the dial
  hello_is_old_ = false;
  const std::uint64_t session = ++session_;
  SiteLinkStream::Events events;
  events.frame = [this, session](const v1::ControllerFrame& frame) {
    on_frame(frame);
    if (stream_ && session == session_) {
      stream_->read_on();
    }
  };
  events.written = [this] {
    writing_ = false;
    write_next();
  };
  events.ended = [this](const Error& error) {
    end_stream();
    run(machine_.ended(error.text, clock_.now()));
  };
  stream_ = calls_.dial(endpoint_, identity_, hello(), std::move(events));
}

void ControllerSession::end_stream() {
  stream_.reset();
  writing_ = false;
}

void ControllerSession::write_next() {
  if (!stream_ || writing_ || !is_open()) {
    return;
  }
  if (std::optional<v1::AgentFrame> frame = queue_.next()) {
    writing_ = true;
    stream_->write(std::move(*frame));
  }
}

v1::AgentFrame ControllerSession::hello() const {
  const WallTime now = clock_.wall();
  v1::AgentFrame frame;
  v1::Hello& hello = *frame.mutable_hello();
  hello.set_agent_version(settings_.agent_version);
  hello.set_site_name(settings_.site_name);
  hello.set_boot_id(settings_.boot_id);
  hello.set_session_nonce(fresh_nonce());
  hello.set_config_hash(self_->config_hash);
  hello.set_wall_time_us(now.since_epoch().count());
  hello.set_clock_trusted(allowed_);
  *hello.mutable_state() = to_proto(self_->report, now);
  for (const AlarmKey& alarm : self_->active_alarms) {
    v1::ActiveAlarm& active = *hello.add_active_alarms();
    active.set_message(std::string{info(alarm.message).name});
    active.set_instance(alarm.instance);
  }
  hello.set_first_unacknowledged_block(self_->first_unacknowledged_block);
  hello.set_revoked_hash(self_->revoked_hash);
  return frame;
}

void ControllerSession::on_frame(const v1::ControllerFrame& frame) {
  const Instant now = clock_.now();
  machine_.heard(now);
  if (!is_open() && frame.body_case() != v1::ControllerFrame::kWelcome) {
    return;  // nothing counts before Welcome
  }
  switch (frame.body_case()) {
    case v1::ControllerFrame::kWelcome: on_welcome(frame.welcome()); break;
    case v1::ControllerFrame::kData: on_data(frame.data()); break;
    case v1::ControllerFrame::kAck: on_ack(frame.ack()); break;
    case v1::ControllerFrame::kHeartbeat: machine_.heartbeat_answered(frame.heartbeat().count(), now); break;
    case v1::ControllerFrame::BODY_NOT_SET: break;  // of a newer controller
  }
  arm_timer();
}

void ControllerSession::on_welcome(const v1::Welcome& welcome) {
  if (is_open()) {
    return;
  }
  const Duration heartbeat = milliseconds{welcome.heartbeat_interval_ms()};
  run(machine_.opened(heartbeat, clock_.now()));
  epoch_ = std::max(epoch_, welcome.epoch());
  sink_(SessionOpened{welcome.epoch(), heartbeat, milliseconds{welcome.flush_interval_ms()},
                      welcome.acknowledged_block()});
  if (welcome.has_revoked()) {
    sink_(from_proto(welcome.revoked()));
  }
  if (hello_is_old_) {
    queue_.push_state(to_proto(self_->report, clock_.wall()));
  }
  write_next();
}

void ControllerSession::on_ack(const v1::Ack& ack) {
  if (!queue_.was_sent(ack.frame_class(), ack.sequence())) {
    return;
  }
  if (ack.frame_class() == v1::FRAME_CLASS_ALARM) {
    sink_(FrameAcknowledged{FrameClass::Alarm, ack.sequence()});
  } else if (ack.frame_class() == v1::FRAME_CLASS_TELEMETRY) {
    sink_(FrameAcknowledged{FrameClass::Telemetry, ack.sequence()});
  }
}

void ControllerSession::on_data(const v1::Data& data) {
  queue_.push_ack(data.frame_class(), data.sequence());
  if (data.payload_case() == v1::Data::kRequest) {
    on_request(data.request());
  } else if (data.payload_case() == v1::Data::kRevoked) {
    sink_(from_proto(data.revoked()));
  }
  write_next();
}

void ControllerSession::on_request(const v1::SiteRequest& request) {
  RequestLedger::Verdict verdict = ledger_.arrived(request.id(), session_);
  if (!verdict.carry_out) {
    if (verdict.reply) {
      queue_.push_reply(std::move(*verdict.reply));
    }
    return;
  }
  if (request.epoch() < epoch_) {
    reply(to_reply(request.id(), Error{ErrorCode::FailedPrecondition, "epoch " + std::to_string(request.epoch()) +
                                                                          " is older than " + std::to_string(epoch_)}));
    return;
  }
  epoch_ = request.epoch();
  Result<SiteRequest> fact = from_proto(request, clock_.now());
  if (!fact) {
    reply(to_reply(request.id(), fact.error()));
    return;
  }
  sink_(Event{std::move(*fact)});
}

void ControllerSession::reply(const v1::SiteReply& reply) {
  ledger_.answered(reply);
  if (is_open()) {
    queue_.push_reply(reply);
    write_next();
  }
}

}  // namespace karkara
