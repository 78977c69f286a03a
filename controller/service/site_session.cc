#include "controller/service/site_session.h"

#include <grpcpp/server_context.h>

#include <algorithm>

#include "common/version.h"
#include "controller/service/grpc_status.h"
#include "controller/service/site_frames.h"
#include "controller/store/memory_codec.h"

namespace karkara {
namespace {

constexpr std::chrono::seconds kWritePatience{5};

}  // namespace

grpc::ServerBidiReactor<v1::AgentFrame, v1::ControllerFrame>* SiteSession::start(grpc::CallbackServerContext* context,
                                                                                 const SiteId& site,
                                                                                 const SessionParts& parts) {
  const std::shared_ptr<SiteSession> session{new SiteSession{context, site, parts}};
  session->self_ = session;
  session->StartRead(&session->incoming_);
  return session.get();
}

SiteSession::SiteSession(grpc::CallbackServerContext* context, SiteId site, const SessionParts& parts)
    : context_{context}, site_{std::move(site)}, parts_{parts} {}

Status SiteSession::send(const v1::SiteRequest& request) {
  const std::lock_guard lock{mutex_};
  if (finished_) {
    return Error{ErrorCode::Unavailable, "site " + site_.text() + " is offline"};
  }
  if (!outgoing_.request(request)) {
    return Error{ErrorCode::ResourceExhausted, "site " + site_.text() + " does not take more calls"};
  }
  pump();
  return {};
}

void SiteSession::end(const Error& why) {
  const std::lock_guard lock{mutex_};
  finish(to_grpc(why));
}

void SiteSession::tell_revoked(const v1::RevokedCertificates& revoked, std::uint64_t hash) {
  const std::lock_guard lock{mutex_};
  if (!welcomed_) {
    revoked_meanwhile_ = Revoked{revoked, hash};
  } else if (!finished_ && revoked_hash_ != hash) {
    revoked_hash_ = hash;
    outgoing_.revoked(revoked);
    pump();
  }
}

void SiteSession::OnReadDone(bool ok) {
  if (!ok) {
    const std::lock_guard lock{mutex_};
    finish(grpc::Status::OK);
    return;
  }
  {
    const std::lock_guard lock{mutex_};
    if (finished_) {
      return;
    }
  }
  if (const Status taken = take(incoming_); !taken) {
    parts_.log.write({MessageId::CallRefused, {{"who", "site " + site_.text()}, {"why", taken.error().text}}});
    end(taken.error());
    return;
  }
  read_next();
}

void SiteSession::OnWriteDone(bool ok) {
  const std::lock_guard lock{mutex_};
  writing_since_.reset();
  if (finished_) {
    Finish(last_word_);
  } else if (!ok) {
    finish({grpc::StatusCode::UNAVAILABLE, "the site is gone"});
  } else {
    pump();
  }
}

void SiteSession::OnCancel() {
  end({ErrorCode::Unavailable, "the site is gone"});
}

void SiteSession::OnDone() {
  if (greeted_ && parts_.sessions.remove(site_, this)) {
    parts_.log.write({MessageId::SiteDisconnected, {{"site", site_.text()}}});
    parts_.fleet.apply(SiteHungUp{site_, session_});
  }
  self_.reset();  // the last line: it may destroy this
}

Status SiteSession::take(v1::AgentFrame& frame) {
  if (greeted_ == frame.has_hello()) {
    return Error{ErrorCode::InvalidArgument, "a session starts with one hello"};
  }
  switch (frame.body_case()) {
    case v1::AgentFrame::kHello: return take_hello(frame.hello());
    case v1::AgentFrame::kData: return take_data(*frame.mutable_data());
    case v1::AgentFrame::kHeartbeat: take_heartbeat(frame.heartbeat()); return {};
    case v1::AgentFrame::kAck: parts_.fleet.apply(SiteHeard{site_}); return {};
    case v1::AgentFrame::BODY_NOT_SET: break;
  }
  return Error{ErrorCode::InvalidArgument, "a frame that only a newer controller knows"};
}

Status SiteSession::take_hello(const v1::Hello& hello) {
  auto greeting = to_greeting(site_, hello);
  if (!greeting) {
    return greeting.error();
  }
  const auto last_block = parts_.store.last_block(site_);
  if (!last_block) {
    return Error{ErrorCode::Unavailable, last_block.error().text};
  }
  greeted_ = true;
  session_ = greeting->session;
  ++parts_.counters.sessions_opened;
  if (const auto older = parts_.sessions.replace(site_, shared_from_this())) {
    ++parts_.counters.sessions_replaced;
    older->end({ErrorCode::Aborted, "a newer session of this site"});
  }
  parts_.log.write({MessageId::SiteConnected, {{"site", site_.text()}, {"version", greeting->agent_version}}});
  parts_.fleet.apply(*std::move(greeting));
  v1::Welcome welcome;
  welcome.set_wall_time_us(parts_.fleet.now().wall.since_epoch().count());
  welcome.set_epoch(parts_.store.epoch());
  welcome.set_heartbeat_interval_ms(parts_.terms.heartbeat_interval_ms);
  welcome.set_flush_interval_ms(parts_.terms.flush_interval_ms);
  welcome.set_acknowledged_block(*last_block);
  welcome.set_controller_version(std::string{version_text()});
  auto revoked = revoked_certificates(parts_.store, parts_.fleet.now().wall);
  const std::lock_guard lock{mutex_};
  revoked_hash_ = hello.revoked_hash();
  if (revoked_meanwhile_) {
    revoked = std::move(*revoked_meanwhile_);
  }
  if (revoked && revoked->hash != *revoked_hash_) {
    revoked_hash_ = revoked->hash;
    *welcome.mutable_revoked() = std::move(revoked->message);
  }
  welcomed_ = true;
  outgoing_.welcome(std::move(welcome));
  pump();
  return {};
}

Status SiteSession::take_data(v1::Data& data) {
  if (Status fitting = check_class(data); !fitting) {
    return fitting;
  }
  const std::uint64_t sequence = data.sequence();
  if (data.has_block()) {
    take_block(sequence, std::move(*data.mutable_block()->mutable_content()));
    return {};
  }
  if (data.has_alarm()) {
    auto signal = to_signal(data.alarm());
    if (!signal) {
      return signal.error();
    }
    parts_.fleet.apply(SiteSignalled{site_, *std::move(signal)},
                       acknowledge_when_durable(v1::FRAME_CLASS_ALARM, sequence));
    return {};
  }
  if (data.has_state()) {
    if (Status report = check_report(data.state()); !report) {
      return report;
    }
    parts_.fleet.apply(SiteReported{site_, to_report(data.state())},
                       acknowledge_when_durable(v1::FRAME_CLASS_CONTROL, sequence));
    return {};
  }
  parts_.calls.answer(site_, within_bounds(data.reply()));
  // Nothing to store, but its acknowledgement must not overtake that of a report before it.
  parts_.fleet.apply(SiteHeard{site_}, acknowledge_when_durable(v1::FRAME_CLASS_CONTROL, sequence));
  return {};
}

void SiteSession::take_heartbeat(const v1::Heartbeat& heartbeat) {
  parts_.fleet.apply(SiteHeard{site_});
  const std::lock_guard lock{mutex_};
  if (std::find(gap_.begin(), gap_.end(), true) != gap_.end() && parts_.store.healthy()) {
    finish({grpc::StatusCode::UNAVAILABLE, "the store writes again: send what was not acknowledged"});
    return;
  }
  outgoing_.heartbeat(heartbeat.count());
  pump();
}

void SiteSession::take_block(std::uint64_t sequence, std::string content) {
  const auto block = decode_block(std::as_bytes(std::span{content}));
  parts_.store.submit({AppendBlock{site_, sequence, std::move(content)}},
                      acknowledge_when_durable(v1::FRAME_CLASS_TELEMETRY, sequence));
  if (!block) {
    ++parts_.counters.blocks_unreadable;
    parts_.log.write({MessageId::BlockRefused, {{"site", site_.text()}, {"why", block.error().text}}});
    parts_.fleet.apply(SiteHeard{site_});
    return;
  }
  parts_.fleet.apply(SiteSampled{site_, newest_samples(*block)});
}

WriteDone SiteSession::acknowledge_when_durable(v1::FrameClass frame_class, std::uint64_t sequence) {
  {
    const std::lock_guard lock{mutex_};
    ++in_flight_;
  }
  return [self = shared_from_this(), frame_class, sequence](const Status& status) {
    self->stored(frame_class, sequence, status);
  };
}

void SiteSession::stored(v1::FrameClass frame_class, std::uint64_t sequence, const Status& status) {
  const std::lock_guard lock{mutex_};
  --in_flight_;
  bool& gap = gap_[static_cast<std::size_t>(frame_class)];
  gap = gap || !status;
  if (finished_) {
    return;
  }
  if (!gap) {
    outgoing_.acknowledge(frame_class, sequence);
    pump();
  }
  if (reading_paused_) {
    reading_paused_ = false;
    StartRead(&incoming_);
  }
}

// A write that is on its way gets its chance, so that the site reads why. A site that has not taken it for seconds
// takes no status either: its call is cut.
void SiteSession::finish(const grpc::Status& status) {
  if (finished_) {
    return;
  }
  finished_ = true;
  last_word_ = status;
  if (!writing_since_) {
    Finish(last_word_);
  } else if (parts_.fleet.now().at - *writing_since_ > kWritePatience) {
    context_->TryCancel();
  }
}

void SiteSession::pump() {
  if (writing_since_ || finished_) {
    return;
  }
  if (auto frame = outgoing_.next()) {
    sending_ = std::move(*frame);
    writing_since_ = parts_.fleet.now().at;
    StartWrite(&sending_);
  }
}

void SiteSession::read_next() {
  const std::lock_guard lock{mutex_};
  if (finished_) {
    return;
  }
  if (in_flight_ >= kMostInFlight) {
    reading_paused_ = true;
    return;
  }
  StartRead(&incoming_);
}

}  // namespace karkara
