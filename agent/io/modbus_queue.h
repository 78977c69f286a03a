// The questions for one Modbus bus, one under way at a time. Refuses to send before the device answered last had its
// silence, and to a device that may still answer the question before; to take a line's echo of a write for its
// confirmation; and to stay with a gateway that answers nothing. Made by ModbusBuses.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "agent/codec/modbus_frame.h"
#include "agent/io/modbus_line.h"
#include "agent/io/modbus_stream.h"
#include "agent/io/modbus_turns.h"

namespace karkara {

class ModbusQueue : public std::enable_shared_from_this<ModbusQueue> {
 public:
  ModbusQueue(boost::asio::io_context& io, ModbusBus bus, EventSink sink, ModbusRetry retry);

  void ask(const ModbusAsk& question);
  // Answers it with the error, later.
  void refuse(const ModbusAsk& question, Error why);
  // The device is here no longer: what it was not answered.
  std::vector<ModbusAsk> leave(const DeviceId& device);
  void stop();

  [[nodiscard]] const ModbusBus& bus() const { return bus_; }
  [[nodiscard]] bool has_devices() const { return !devices_.empty(); }

 private:
  enum class State : std::uint8_t { Closed, Opening, Open };
  // What is on the wire: the question itself, or a read beside a write.
  enum class Sent : std::uint8_t { Question, EchoTrial, ReadBack };
  struct Refusal {
    ModbusAsk ask;
    Error why;
  };

  void go_on_later();
  void go_on();
  void open();
  void on_opened(const Status& status);
  void send_due();
  void send(ModbusQuestion question);
  void on_written();
  void read();
  void on_read(std::size_t size);
  void on_answer(std::vector<std::byte> pdu);
  void on_silence();
  void on_slow_open();
  void on_stuck();
  void end_question(Result<std::vector<std::byte>> answer);
  void count_silence(const Result<std::vector<std::byte>>& result);
  void leave_stranger(const std::string& why, std::optional<std::vector<std::byte>> pdu);
  void lose(const std::string& why);
  void close(const std::string& why);
  void wait_to_open();
  void answer(const ModbusQuestion& question, Result<std::vector<std::byte>> answer);
  void after(Duration wait, void (ModbusQueue::*then)());

  [[nodiscard]] Sent what_to_send(const ModbusQuestion& question) const;
  [[nodiscard]] Result<std::vector<std::byte>> confirmed(const ModbusAsk& write,
                                                         const Result<std::vector<std::byte>>& read) const;
  [[nodiscard]] bool hangs() const;  // the gateway's program
  [[nodiscard]] Duration characters(double count) const;

  boost::asio::io_context& io_;
  ModbusBus bus_;
  EventSink sink_;
  ModbusRetry retry_;
  boost::asio::steady_timer timer_;
  std::uint64_t timer_run_ = 0;  // tells a timer's late call from the one that is waited for
  std::unique_ptr<ModbusStream> stream_;
  std::uint64_t opening_ = 0;  // tells a closed stream's late calls from its successor's
  State state_ = State::Closed;
  bool stopped_ = false;
  bool going_on_ = false;
  std::set<DeviceId> devices_;
  ModbusTurns turns_;  // what waits
  std::deque<Refusal> refused_;
  std::optional<ModbusQuestion> asked_;
  std::uint64_t exchange_ = 0;  // counts what is sent
  std::unique_ptr<ModbusFraming> framing_;
  Sent sent_ = Sent::Question;
  unsigned silences_ = 0;  // questions without an answer, in a row
  std::array<std::byte, 512> buffer_{};
  std::chrono::steady_clock::time_point retry_at_{};
  Duration retry_wait_;
  std::string lost_why_;
};

}  // namespace karkara
