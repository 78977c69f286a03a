#include "agent/io/modbus_queue.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "agent/codec/modbus_answer_size.h"
#include "agent/codec/modbus_read_back.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMostWaiting = 64;                // far more than the devices that one bus can serve
constexpr auto kMostWriting = std::chrono::seconds{2};  // 256 bytes at 1200 baud take longer than any buffer lasts
constexpr double kCharacterBits = 11;                   // start, eight, parity or stop, stop
constexpr double kSilence = 3.5;                        // characters between frames (serial line protocol 1.02)
constexpr unsigned kFastBaud = 19'200;                  // above it the silence is fixed (same place)
constexpr auto kFastSilence = std::chrono::microseconds{1'750};
constexpr std::uint8_t kBroadcast = 0;
// A gateway whose kernel takes questions for a program that hangs looks just like this; a new connection often helps.
constexpr unsigned kSilencesToLeave = 5;
constexpr const char* kHangs = "the gateway takes questions, but answers none";

Error unavailable(std::string why) {
  return {ErrorCode::Unavailable, std::move(why)};
}

}  // namespace

ModbusQueue::ModbusQueue(asio::io_context& io, ModbusBus bus, EventSink sink, ModbusRetry retry)
    : io_{io},
      bus_{std::move(bus)},
      sink_{std::move(sink)},
      retry_{retry},
      timer_{io},
      stream_{make_modbus_stream(io, bus_)},
      retry_wait_{retry.first} {}

// --- what is asked ------------------------------------------------------------------------------------------------
void ModbusQueue::ask(const ModbusAsk& question) {
  devices_.insert(question.device);
  const bool to_nobody = std::holds_alternative<ModbusSerialBus>(bus_) && question.unit == kBroadcast;
  if (to_nobody || !is_modbus_question(question.pdu)) {
    return refuse(question, {ErrorCode::InvalidArgument, "not a question that a master may send"});
  }
  if (turns_.size() >= kMostWaiting) {
    return refuse(question, {ErrorCode::ResourceExhausted, "too many questions wait for this bus"});
  }
  turns_.add({question});
  go_on_later();
}

void ModbusQueue::refuse(const ModbusAsk& question, Error why) {
  refused_.push_back({question, std::move(why)});
  go_on_later();
}

std::vector<ModbusAsk> ModbusQueue::leave(const DeviceId& device) {
  std::vector<ModbusAsk> unanswered = turns_.take_of(device);
  std::erase_if(refused_, [&](const Refusal& refusal) {
    const bool mine = refusal.ask.device == device;
    if (mine) {
      unanswered.push_back(refusal.ask);
    }
    return mine;
  });
  // Its answer is still awaited: the next question must not take it for its own.
  if (asked_ && asked_->ask.device == device && !asked_->muted) {
    unanswered.push_back(asked_->ask);
    asked_->muted = true;
  }
  devices_.erase(device);
  return unanswered;
}

void ModbusQueue::stop() {
  stopped_ = true;
  ++opening_;
  stream_->close();
  timer_.cancel();
}

// --- what is next -------------------------------------------------------------------------------------------------
void ModbusQueue::go_on_later() {
  if (!std::exchange(going_on_, true)) {
    asio::post(io_, [self = shared_from_this()] {
      self->going_on_ = false;
      self->go_on();
    });
  }
}

void ModbusQueue::go_on() {
  while (!stopped_ && !refused_.empty()) {
    const Refusal refusal = std::move(refused_.front());
    refused_.pop_front();
    answer({refusal.ask}, refusal.why);
  }
  if (stopped_ || asked_ || turns_.empty()) {
    return;
  }
  switch (state_) {
    case State::Opening: return;
    case State::Open: return send_due();
    case State::Closed:
      if (steady_clock::now() >= retry_at_) {
        return open();
      }
      // Only those of now: what an answer makes somebody ask comes with the next turn.
      for (std::size_t count = turns_.size(); count > 0 && !turns_.empty(); --count) {
        answer(turns_.take_first(), unavailable(lost_why_));
      }
  }
}

void ModbusQueue::after(Duration wait, void (ModbusQueue::*then)()) {
  timer_.expires_after(wait);
  timer_.async_wait([self = shared_from_this(), run = ++timer_run_, then](const error_code& error) {
    if (!error && !self->stopped_ && run == self->timer_run_) {
      (self.get()->*then)();
    }
  });
}

void ModbusQueue::open() {
  state_ = State::Opening;
  after(retry_.connect, &ModbusQueue::on_slow_open);
  stream_->open([self = shared_from_this(), opening = ++opening_](const Status& status) {
    if (opening == self->opening_) {
      self->on_opened(status);
    }
  });
}

void ModbusQueue::on_opened(const Status& status) {
  ++timer_run_;
  timer_.cancel();
  if (!status) {
    return lose(status.error().text);
  }
  state_ = State::Open;
  turns_.release_all();
  if (std::holds_alternative<ModbusSerialBus>(bus_)) {
    framing_ = std::make_unique<ModbusRtu>();
  } else {
    framing_ = std::make_unique<ModbusTcp>();
  }
  read();
  go_on();
}

void ModbusQueue::on_slow_open() {
  lose("no connection in time");
}

void ModbusQueue::send_due() {
  const auto now = steady_clock::now();
  if (auto question = turns_.take_due(now)) {
    return send(std::move(*question));
  }
  after(turns_.due() - now, &ModbusQueue::go_on);
}

// --- one question -------------------------------------------------------------------------------------------------
ModbusQueue::Sent ModbusQueue::what_to_send(const ModbusQuestion& question) const {
  if (question.read_back) {
    return Sent::ReadBack;
  }
  const auto* rtu = dynamic_cast<const ModbusRtu*>(framing_.get());
  const bool may_be_echo = rtu != nullptr && !rtu->knows_echo() && answer_repeats_question(question.ask.pdu);
  return may_be_echo && !question.echo_tried ? Sent::EchoTrial : Sent::Question;
}

void ModbusQueue::send(ModbusQuestion question) {
  sent_ = what_to_send(question);
  asked_ = std::move(question);
  const ModbusAsk& ask = asked_->ask;
  const auto frame = std::make_shared<const std::vector<std::byte>>(
      framing_->ask(ask.unit, sent_ == Sent::Question ? ask.pdu : modbus_read_back(ask.pdu)));
  after(kMostWriting, &ModbusQueue::on_stuck);
  stream_->write(asio::buffer(*frame), [self = shared_from_this(), frame, opening = opening_, exchange = ++exchange_](
                                           const error_code& error, std::size_t) {
    if (opening != self->opening_ || exchange != self->exchange_ || !self->asked_) {
      return;  // closed, or answered already
    }
    return error ? self->lose(error.message()) : self->on_written();
  });
}

// The kernel took it; on the wire it is a little later.
void ModbusQueue::on_written() {
  after(asked_->ask.deadline + characters(static_cast<double>(asked_->ask.pdu.size() + 3)), &ModbusQueue::on_silence);
}

void ModbusQueue::on_stuck() {
  lose("the line takes nothing");
}

Duration ModbusQueue::characters(double count) const {
  const auto* serial = std::get_if<ModbusSerialBus>(&bus_);
  if (serial == nullptr || serial->baud == 0) {
    return Duration{0};
  }
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>{count * kCharacterBits / serial->baud});
}

void ModbusQueue::read() {
  stream_->read(asio::buffer(buffer_),
                [self = shared_from_this(), opening = opening_](const error_code& error, std::size_t size) {
                  if (opening != self->opening_) {
                    return;
                  }
                  // The end of the file and EIO are how a USB adapter that was pulled out shows.
                  return error ? self->lose(error == asio::error::eof ? "closed by the other end" : error.message())
                               : self->on_read(size);
                });
}

void ModbusQueue::on_read(std::size_t size) {
  const auto opening = opening_;
  auto pdu = framing_->take(std::span{buffer_}.first(size));  // what comes unasked, too: it may be half a frame
  if (const std::string_view why = framing_->why_lost(); !why.empty()) {
    return leave_stranger(std::string{why}, std::move(pdu));
  }
  if (pdu && asked_) {
    on_answer(std::move(*pdu));
  }
  if (opening == opening_) {
    read();
  }
}

void ModbusQueue::on_answer(std::vector<std::byte> pdu) {
  retry_wait_ = retry_.first;
  end_question(std::move(pdu));
}

void ModbusQueue::on_silence() {
  const ModbusHeard heard = framing_->give_up();
  if (std::holds_alternative<ModbusSerialBus>(bus_) && sent_ != Sent::EchoTrial) {
    // On a serial line nothing but luck tells a late answer from the next question's: wait for it as long again.
    turns_.hold(asked_->ask.unit, steady_clock::now() + asked_->ask.deadline);
  }
  switch (heard) {
    case ModbusHeard::Nothing: return end_question(Error{ErrorCode::DeadlineExceeded, hangs() ? kHangs : "no answer"});
    case ModbusHeard::Damaged: return end_question(Error{ErrorCode::DataLoss, "only damaged answers"});
    case ModbusHeard::OneCopy: asked_->read_back = true; return end_question(std::vector<std::byte>{});
  }
}

// What a write's one copy was, by the read behind it: it confirms the write when it shows what was written, and when
// its own answer came without an echo, for then the copy was none either.
Result<std::vector<std::byte>> ModbusQueue::confirmed(const ModbusAsk& write,
                                                      const Result<std::vector<std::byte>>& read) const {
  const auto* rtu = dynamic_cast<const ModbusRtu*>(framing_.get());
  if (read && (shows_written(write.pdu, *read) || (rtu != nullptr && rtu->has_no_echo()))) {
    return write.pdu;
  }
  return Error{ErrorCode::DeadlineExceeded, "no answer but what may be the line's echo"};
}

void ModbusQueue::end_question(Result<std::vector<std::byte>> result) {
  ++timer_run_;
  timer_.cancel();
  ModbusQuestion question = std::move(*asked_);
  asked_.reset();
  const auto* serial = std::get_if<ModbusSerialBus>(&bus_);
  const Duration silence = serial != nullptr && serial->baud > kFastBaud ? kFastSilence : characters(kSilence);
  turns_.rest_until(steady_clock::now() + std::max<Duration>(question.ask.gap, silence));
  const Sent sent = std::exchange(sent_, Sent::Question);
  const bool goes_on = sent == Sent::EchoTrial || (sent == Sent::Question && question.read_back);
  question.echo_tried = true;
  if (!goes_on) {
    answer(question, sent == Sent::ReadBack ? confirmed(question.ask, result) : result);
  } else if (!question.muted) {
    turns_.put_back(std::move(question));
  }
  count_silence(result);
  go_on();
}

void ModbusQueue::count_silence(const Result<std::vector<std::byte>>& result) {
  const bool silent = !result && result.error().code == ErrorCode::DeadlineExceeded;
  silences_ = silent ? silences_ + 1 : 0;
  if (hangs() && silences_ % kSilencesToLeave == 0) {
    close(kHangs);
    wait_to_open();
  }
}

bool ModbusQueue::hangs() const {
  return std::holds_alternative<ModbusTcpBus>(bus_) && silences_ >= kSilencesToLeave;
}

// Whoever floods a connection, or speaks something else on it, is left.
void ModbusQueue::leave_stranger(const std::string& why, std::optional<std::vector<std::byte>> pdu) {
  const auto asked = std::exchange(asked_, std::nullopt);
  close(why);
  wait_to_open();
  if (asked && pdu) {
    answer(*asked, std::move(*pdu));
  } else if (asked) {
    answer(*asked, Error{ErrorCode::DataLoss, why});
  }
  go_on();
}

void ModbusQueue::answer(const ModbusQuestion& question, Result<std::vector<std::byte>> result) {
  if (!question.muted) {
    sink_(ModbusAnswered{question.ask.device, question.ask.request, std::move(result)});
  }
}

// --- the line is gone ---------------------------------------------------------------------------------------------
void ModbusQueue::close(const std::string& why) {
  ++opening_;
  ++timer_run_;
  timer_.cancel();
  stream_->close();
  state_ = State::Closed;
  lost_why_ = why;
}

void ModbusQueue::wait_to_open() {
  retry_at_ = steady_clock::now() + retry_wait_;
  retry_wait_ = std::min(2 * retry_wait_, retry_.most);
}

void ModbusQueue::lose(const std::string& why) {
  // A gateway may close a connection that nobody uses for now; that is no fault of its.
  const bool unused = !asked_ && turns_.empty();
  close(why);
  if (unused) {
    retry_at_ = {};
    return;
  }
  wait_to_open();
  if (asked_) {
    asked_->echo_tried = asked_->read_back = false;  // the next line may be another
    turns_.put_back(std::move(*asked_));
    asked_.reset();
  }
  go_on();
}

}  // namespace karkara
