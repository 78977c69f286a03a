#include "agent/io/snmp_session.h"

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>

#include "agent/io/snmp_line.h"
#include "agent/io/snmp_question.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Kind = SnmpReply::Kind;

constexpr std::size_t kMostWaiting = 8;
constexpr int kAttempts = 3;         // packets for one piece
constexpr int kMostDiscoveries = 2;  // in one question
constexpr int kMostPieces = 400;     // a device that answers nonsense for ever is given up

}  // namespace

// The state that handlers still under way share with SnmpSessions; stop() silences it.
class SnmpSessions::Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::io_context& io, SnmpTarget target, Answered answered, SetDone set_done)
      : io_{io},
        target_{std::move(target)},
        answered_{std::move(answered)},
        set_done_{std::move(set_done)},
        readable_{io},
        patience_{io},
        deadline_{io} {}

  [[nodiscard]] const SnmpTarget& target() const { return target_; }
  void ask(SnmpQuestion question);
  void stop();

 private:
  void begin();
  void step();
  void step_or_fail(const Status& status);
  void discover();
  Status open(const std::string& engine);
  void close();
  void wait_for_socket();
  void wait_for_patience();
  void take_all(const std::vector<SnmpReply>& replies);
  void take(const SnmpReply& reply);
  void on_silence();
  void forget_engine();
  void finish(Result<VarBinds> answer);
  void tell(const SnmpQuestion& question, Result<VarBinds> answer);
  [[nodiscard]] Duration patience() const;
  [[nodiscard]] Duration left() const { return deadline_.expiry() - std::chrono::steady_clock::now(); }

  asio::io_context& io_;
  SnmpTarget target_;
  Answered answered_;
  SetDone set_done_;
  std::unique_ptr<SnmpLine> line_;
  bool line_discovers_ = false;
  asio::posix::stream_descriptor readable_;
  asio::steady_timer patience_;
  asio::steady_timer deadline_;
  std::deque<SnmpQuestion> waiting_;
  std::optional<SnmpQuestion> question_;
  std::uint64_t turn_ = 0;  // of the question; handlers of an earlier one do nothing
  std::string engine_;
  std::uint64_t patience_run_ = 0;  // tells the timer's late call from the one that is waited for
  int attempts_ = 0;                // packets for this piece that were not answered in time
  int discoveries_ = 0;
  int pieces_ = 0;
  bool stopped_ = false;
};

void SnmpSessions::Session::ask(SnmpQuestion question) {
  if (waiting_.size() >= kMostWaiting) {
    asio::post(io_, [self = shared_from_this(), refused = std::move(question)] {
      if (!self->stopped_) {
        self->tell(refused, Error{ErrorCode::ResourceExhausted, "too many questions wait already"});
      }
    });
    return;
  }
  waiting_.push_back(std::move(question));
  asio::post(io_, [self = shared_from_this()] { self->begin(); });
}

void SnmpSessions::Session::stop() {
  stopped_ = true;
  close();
  patience_.cancel();
  deadline_.cancel();
  if (!engine_.empty()) {
    forget_snmp_engine(engine_, target_.user);
  }
}

void SnmpSessions::Session::begin() {
  if (stopped_ || question_ || waiting_.empty()) {
    return;
  }
  question_.emplace(std::move(waiting_.front()));
  waiting_.pop_front();
  attempts_ = 0;
  discoveries_ = 0;
  pieces_ = 0;
  deadline_.expires_after(question_->get().deadline);
  deadline_.async_wait([self = shared_from_this(), turn = ++turn_](const error_code& error) {
    if (!error && !self->stopped_ && self->turn_ == turn && self->question_) {
      self->close();  // a late answer must not be taken for one to the next question
      self->forget_engine();
      self->finish(Error{ErrorCode::DeadlineExceeded, "no answer from " + self->target_.endpoint.text()});
    }
  });
  step();
}

void SnmpSessions::Session::step() {
  if (question_->is_answered()) {
    finish(question_->answer());
    return;
  }
  if (target_.version == SnmpVersion::V3 && engine_.empty()) {
    discover();
    return;
  }
  if (++pieces_ > kMostPieces) {
    finish(Error{ErrorCode::Aborted, "the device never answers the whole question"});
    return;
  }
  Status status;
  if (!line_ || line_discovers_) {
    status = open(engine_);
  }
  if (status.ok()) {
    const std::vector<ObjectId> piece = question_->piece();
    status = question_->wanted() ? line_->set(piece.front(), *question_->wanted(), left())
                                 : line_->ask(piece, question_->get().next, left());
  }
  step_or_fail(status);
}

void SnmpSessions::Session::discover() {
  Status status = line_ && line_discovers_ ? Status{} : open({});
  if (status.ok()) {
    status = line_->discover(left());
  }
  step_or_fail(status);
}

void SnmpSessions::Session::step_or_fail(const Status& status) {
  if (!status.ok()) {
    close();
    finish(status.error());
    return;
  }
  wait_for_patience();
}

Status SnmpSessions::Session::open(const std::string& engine) {
  close();
  auto line = SnmpLine::open(target_, engine);
  if (!line) {
    return line.error();
  }
  line_ = std::move(line).value();
  line_discovers_ = target_.version == SnmpVersion::V3 && engine.empty();
  error_code error;
  readable_.assign(line_->socket(), error);
  if (error) {
    line_.reset();
    return Error{ErrorCode::Internal, error.message()};
  }
  wait_for_socket();
  return {};
}

void SnmpSessions::Session::close() {
  if (readable_.is_open()) {
    readable_.release();  // net-snmp closes the socket
  }
  line_.reset();
}

void SnmpSessions::Session::wait_for_socket() {
  readable_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [self = shared_from_this(), line = line_.get()](const error_code& error) {
                         if (error || self->stopped_ || self->line_.get() != line) {
                           return;
                         }
                         const auto replies = self->line_->read();
                         self->wait_for_socket();
                         self->take_all(replies);
                       });
}

// Until a packet is repeated; whatever answers counts all the same. The last packet of SNMPv3 waits longer: it gives up
// the engine, and with it the answer to those before.
Duration SnmpSessions::Session::patience() const {
  const Duration deadline = question_->get().deadline;
  return target_.version == SnmpVersion::V3 && attempts_ == kAttempts - 2 ? deadline / 2 : deadline / kAttempts;
}

void SnmpSessions::Session::wait_for_patience() {
  if (attempts_ + 1 >= kAttempts) {
    return;  // the question's own deadline ends it
  }
  patience_.expires_after(patience());
  patience_.async_wait([self = shared_from_this(), run = ++patience_run_](const error_code& error) {
    if (!error && !self->stopped_ && self->patience_run_ == run && self->question_) {
      self->on_silence();
    }
  });
}

void SnmpSessions::Session::take_all(const std::vector<SnmpReply>& replies) {
  if (replies.empty() || !question_) {
    return;
  }
  line_->forget_asked();
  ++patience_run_;
  patience_.cancel();
  take(replies.front());  // of packets that were repeated
}

void SnmpSessions::Session::take(const SnmpReply& reply) {
  switch (reply.kind) {
    case Kind::Values:
    case Kind::NoSuchName:
    case Kind::BadObject:
    case Kind::TooBig:
    case Kind::Refused: {
      attempts_ = 0;
      const Status taken = question_->take(reply);
      taken.ok() ? step() : finish(taken.error());
      return;
    }
    case Kind::Engine:
      engine_ = reply.engine;
      if (engine_.empty() || ++discoveries_ > kMostDiscoveries) {
        finish(Error{ErrorCode::DataLoss, "the device names no SNMPv3 engine, or never the same"});
      } else {
        step();
      }
      return;
    case Kind::LostEngine:
      forget_engine();
      step();
      return;
    case Kind::Silence: on_silence(); return;
  }
}

// A device that was reset to fewer boots than net-snmp remembers is not heard at all: its answers count as replayed.
void SnmpSessions::Session::on_silence() {
  if (++attempts_ >= kAttempts) {
    return;
  }
  if (attempts_ + 1 == kAttempts) {
    forget_engine();
  }
  step();
}

void SnmpSessions::Session::forget_engine() {
  if (!engine_.empty()) {
    close();
    forget_snmp_engine(engine_, target_.user);
    engine_.clear();
  }
}

void SnmpSessions::Session::finish(Result<VarBinds> answer) {
  ++patience_run_;
  patience_.cancel();
  deadline_.cancel();
  const SnmpQuestion question = *std::exchange(question_, {});
  asio::post(io_, [self = shared_from_this()] { self->begin(); });
  tell(question, std::move(answer));
}

void SnmpSessions::Session::tell(const SnmpQuestion& question, Result<VarBinds> answer) {
  const SnmpGet& get = question.get();
  if (question.wanted()) {
    set_done_({get.device, get.request, answer ? Status{} : Status{answer.error()}});
  } else {
    answered_({get.device, get.request, std::move(answer)});
  }
}

SnmpSessions::SnmpSessions(asio::io_context& io, Answered answered, SetDone set_done)
    : io_{io}, answered_{std::move(answered)}, set_done_{std::move(set_done)} {}

SnmpSessions::~SnmpSessions() {
  for (const ByDevice* all : {&sessions_, &setting_}) {
    for (const auto& [device, session] : *all) {
      session->stop();
    }
  }
}

SnmpSessions::Session& SnmpSessions::session(ByDevice& all, const DeviceId& device, const SnmpTarget& target) {
  std::shared_ptr<Session>& session = all[device];
  if (session && session->target() != target) {
    session->stop();
    session.reset();
  }
  if (!session) {
    session = std::make_shared<Session>(io_, target, answered_, set_done_);
  }
  return *session;
}

void SnmpSessions::get(const SnmpGet& get) {
  session(sessions_, get.device, get.target).ask(SnmpQuestion{get});
}

void SnmpSessions::set(const SnmpSet& set) {
  const auto reading = sessions_.find(set.device);
  const bool same = reading != sessions_.end() && reading->second->target() == set.target;
  session(same ? sessions_ : setting_, set.device, set.target).ask(SnmpQuestion{set});
}

void SnmpSessions::forget(const DeviceId& device) {
  for (ByDevice* all : {&sessions_, &setting_}) {
    const auto found = all->find(device);
    if (found != all->end()) {
      found->second->stop();
      all->erase(found);
    }
  }
}

}  // namespace karkara
