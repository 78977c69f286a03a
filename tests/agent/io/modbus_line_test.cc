// Our master on lines whose other end the test plays itself: what a well-behaved slave never does.
#include "agent/io/modbus_line.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "agent/io/serial_line.h"
#include "tests/agent/io/modbus_bench.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kVoltage = "04 3104 0001";
constexpr const char* kVoltageFrame = "01 04 3104 0001 7EF7";
constexpr const char* kVoltageAnswer = "01 04 02 0540 BB90";
constexpr std::size_t kFrame = 8;

std::string text_of(const ModbusBytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class ModbusLine : public ModbusBench {
 protected:
  ModbusAsk voltage(const char* device = "charger", Duration deadline = milliseconds{150}) {
    ModbusAsk ask = question(serial(pty_.port_path()), 1, kVoltage, device);
    ask.deadline = deadline;
    return ask;
  }
  // What the master wrote, once there are so many bytes.
  std::string written(std::size_t size) {
    std::string bytes;
    EXPECT_TRUE(run_until([&] { return (bytes += pty_.received()).size() >= size; }));
    return bytes;
  }
  void answer(const char* hex) { pty_.send(text_of(from_hex(hex))); }

  Pty pty_;
};

TEST_F(ModbusLine, WritesOneQuestionAtATimeAndKeepsTheDevicesSilence) {
  ModbusAsk first = voltage("a", milliseconds{900});
  first.gap = milliseconds{120};
  buses_->ask(first);
  buses_->ask(voltage("b", milliseconds{900}));
  EXPECT_EQ(written(kFrame), text_of(from_hex(kVoltageFrame)));
  run_for(milliseconds{30});
  EXPECT_EQ(pty_.received(), "") << "the first is not answered yet";
  const auto answered = steady_clock::now();
  answer(kVoltageAnswer);
  ASSERT_TRUE(next()->answer);
  EXPECT_EQ(written(kFrame), text_of(from_hex(kVoltageFrame)));
  EXPECT_GE(steady_clock::now() - answered, milliseconds{120});
}

TEST_F(ModbusLine, TellsSilenceFromDamage) {
  EXPECT_EQ(code_of(result_of(voltage())), ErrorCode::DeadlineExceeded);
  buses_->ask(voltage("charger", milliseconds{600}));
  (void)written(2 * kFrame);
  answer("01 04 02 0541 BB90");
  EXPECT_EQ(code_of(next()->answer), ErrorCode::DataLoss);
}

TEST_F(ModbusLine, GivesAUnitThatWasSilentTimeForItsLateAnswer) {
  EXPECT_EQ(code_of(result_of(voltage("charger", milliseconds{400}))), ErrorCode::DeadlineExceeded);
  (void)written(kFrame);
  const auto silent = steady_clock::now();
  buses_->ask(voltage("charger", milliseconds{900}));
  run_for(milliseconds{50});
  answer("01 04 02 0999 7F0A");
  (void)written(kFrame);
  EXPECT_GE(steady_clock::now() - silent, milliseconds{350});
  answer(kVoltageAnswer);
  EXPECT_EQ(*next()->answer, from_hex("04 02 0540"));
}

TEST_F(ModbusLine, AQueueThatIsFullSaysSoAndTheRestGoesOn) {
  for (int i = 0; i < 100; ++i) {
    buses_->ask(voltage("charger", milliseconds{1}));
  }
  std::map<ErrorCode, int> answers;
  for (int i = 0; i < 100; ++i) {
    const auto answered = next();
    ASSERT_TRUE(answered);
    ++answers[code_of(answered->answer)];
  }
  EXPECT_EQ(answers[ErrorCode::ResourceExhausted], 36);
  EXPECT_EQ(answers[ErrorCode::DeadlineExceeded], 64);
}

TEST_F(ModbusLine, RefusesWhatAMasterDoesNotSend) {
  for (const char* pdu : {"", "03", "03 0000 0000", "63 00", "10 0000 0002 02 0001"}) {
    EXPECT_EQ(code_of(result_of(question(serial(pty_.port_path()), 1, pdu))), ErrorCode::InvalidArgument) << pdu;
  }
  EXPECT_EQ(code_of(result_of(question(serial(pty_.port_path()), 0, kVoltage))), ErrorCode::InvalidArgument)
      << "to everybody, and nobody would answer";
  EXPECT_EQ(pty_.received(), "");
}

TEST_F(ModbusLine, SaysNothingOfADeviceThatWasForgotten) {
  buses_->ask(voltage("gone"));
  buses_->ask(voltage("gone"));
  const ModbusAsk stays = voltage("stays", milliseconds{500});
  buses_->ask(stays);
  (void)written(kFrame);
  buses_->forget({DeviceId::parse("gone").value()});
  (void)written(kFrame);
  answer(kVoltageAnswer);
  EXPECT_EQ(next()->request, stays.request);
  run_for(milliseconds{300});
  EXPECT_TRUE(answers_.empty());
}

TEST_F(ModbusLine, SaysNothingAfterItsEnd) {
  buses_->ask(voltage());
  (void)written(kFrame);
  answer(kVoltageAnswer);
  buses_->ask(question(serial(pty_.port_path()), 0, kVoltage));
  buses_.reset();
  run_for(milliseconds{300});
  EXPECT_TRUE(answers_.empty());
}

TEST_F(ModbusLine, ADeviceThatChangesItsBusIsAnsweredOnTheNewOne) {
  Pty other;
  const ModbusAsk before = voltage("charger", milliseconds{900});
  buses_->ask(before);
  (void)written(kFrame);
  ModbusAsk after = voltage("charger", milliseconds{900});
  std::get<ModbusSerialBus>(after.bus).path = other.port_path();
  buses_->ask(after);
  const auto given_up = next();
  ASSERT_TRUE(given_up);
  EXPECT_EQ(given_up->request, before.request);
  EXPECT_EQ(code_of(given_up->answer), ErrorCode::Unavailable);
  std::string asked;
  ASSERT_TRUE(run_until([&] { return (asked += other.received()).size() >= kFrame; }));
  other.send(text_of(from_hex(kVoltageAnswer)));
  EXPECT_EQ(next()->request, after.request);
}

TEST_F(ModbusLine, OnePortHasOneSpeed) {
  EXPECT_EQ(code_of(result_of(voltage("a"))), ErrorCode::DeadlineExceeded);
  ModbusAsk slower = voltage("b");
  std::get<ModbusSerialBus>(slower.bus).baud = 9'600;
  std::get<ModbusSerialBus>(slower.bus).stop_bits = 2;
  const auto refused = result_of(slower);
  EXPECT_EQ(code_of(refused), ErrorCode::Unavailable);
  EXPECT_THAT(refused.error().text, testing::HasSubstr("in use"));
  buses_->forget({DeviceId::parse("a").value()});
  ASSERT_TRUE(run_until([&] { return code_of(result_of(slower)) == ErrorCode::DeadlineExceeded; }));
  termios line{};
  ASSERT_EQ(tcgetattr(pty_.device(), &line), 0);
  EXPECT_EQ(cfgetospeed(&line), static_cast<speed_t>(B9600));
  EXPECT_NE(line.c_cflag & CSTOPB, 0U);
}

TEST(SerialLine, RefusesAFrameThatNoPortHas) {
  const Pty pty;
  EXPECT_EQ(open_serial_line(pty.port_path(), 9'600, {SerialParity::Even, 3}).error().code, ErrorCode::InvalidArgument);
}

// The line was dead when it was first asked, so that nobody knows whether it has an echo.
class ModbusWrite : public ModbusLine {
 protected:
  static constexpr const char* kWrite = "05 0002 FF00";
  static constexpr const char* kWriteFrame = "01 05 0002 FF00 2DFA";
  static constexpr const char* kReadFrame = "01 01 0002 0001 5C0A";
  static constexpr const char* kOn = "01 01 01 01 9048";
  static constexpr const char* kOff = "01 01 01 00 5188";

  // The write is on the wire, and one copy of it came back.
  void write_with_one_copy() {
    EXPECT_EQ(code_of(result_of(voltage())), ErrorCode::DeadlineExceeded);
    (void)written(kFrame);
    ModbusAsk write = question(serial(pty_.port_path()), 1, kWrite);
    write.deadline = milliseconds{400};
    buses_->ask(write);
    EXPECT_EQ(written(kFrame), text_of(from_hex(kReadFrame))) << "to learn of the echo; it stays dead";
    EXPECT_EQ(written(kFrame), text_of(from_hex(kWriteFrame)));
    answer(kWriteFrame);
    EXPECT_EQ(written(kFrame), text_of(from_hex(kReadFrame)));
    EXPECT_TRUE(answers_.empty()) << "one copy confirms nothing";
  }
  ErrorCode outcome() {
    const auto answered = next();
    return answered ? code_of(answered->answer) : ErrorCode::Internal;
  }
};

TEST_F(ModbusWrite, IsNotConfirmedByWhatMayBeTheEchoOfALineThatCameBack) {
  write_with_one_copy();
  answer(kReadFrame);
  EXPECT_EQ(outcome(), ErrorCode::DeadlineExceeded);
}

TEST_F(ModbusWrite, IsConfirmedByAReadThatShowsIt) {
  write_with_one_copy();
  answer(kReadFrame);
  answer(kOn);
  EXPECT_EQ(outcome(), ErrorCode{});
}

TEST_F(ModbusWrite, IsNotConfirmedByAReadThatShowsTheContraryBehindAnEcho) {
  write_with_one_copy();
  answer(kReadFrame);
  answer(kOff);
  EXPECT_EQ(outcome(), ErrorCode::DeadlineExceeded);
}

TEST_F(ModbusWrite, IsConfirmedWhereTheReadShowsThatThereIsNoEcho) {
  write_with_one_copy();
  answer("01 81 02 C191");  // a coil that can only be written
  EXPECT_EQ(outcome(), ErrorCode{});
}

// --- TCP --------------------------------------------------------------------------------------------------------
constexpr std::size_t kTcpFrame = 12;

class ModbusConnection : public ModbusBench {
 protected:
  ModbusAsk voltage(Duration deadline = milliseconds{500}) {
    ModbusAsk ask = question(tcp(listener_.local_endpoint().port()), 1, kVoltage);
    ask.deadline = deadline;
    return ask;
  }
  void accept() {
    peer_ = asio::ip::tcp::socket{io_};
    bool accepted = false;
    listener_.async_accept(peer_, [&](const boost::system::error_code& error) { accepted = !error; });
    ASSERT_TRUE(run_until([&] { return accepted; }));
  }
  // The next connection, while the master is asked again and again.
  void accept_next() {
    peer_ = asio::ip::tcp::socket{io_};
    bool accepted = false;
    listener_.async_accept(peer_, [&](const boost::system::error_code& error) { accepted = !error; });
    ASSERT_TRUE(run_until([&] {
      buses_->ask(voltage());
      return accepted;
    }));
  }
  ModbusBytes asked() {
    ModbusBytes bytes(kTcpFrame);
    bool whole = false;
    asio::async_read(peer_, asio::buffer(bytes),
                     [&](const boost::system::error_code& error, std::size_t) { whole = !error; });
    EXPECT_TRUE(run_until([&] { return whole; }));
    return bytes;
  }
  void answer(const char* hex) {
    const ModbusBytes bytes = from_hex(hex);
    asio::write(peer_, asio::buffer(bytes));
  }

  asio::ip::tcp::acceptor listener_{io_, {asio::ip::address_v4::loopback(), 0}};
  asio::ip::tcp::socket peer_{io_};
};

TEST_F(ModbusConnection, TakesAnAnswerInCrumbsAndKeepsTheConnection) {
  buses_->ask(voltage());
  accept();
  EXPECT_EQ(asked(), from_hex("0001 0000 0006 01 04 3104 0001"));
  answer("0001 0000 00");
  run_for(milliseconds{20});
  answer("05 01 04 02 0540");
  EXPECT_EQ(*next()->answer, from_hex("04 02 0540"));
  buses_->ask(voltage());
  EXPECT_EQ(asked(), from_hex("0002 0000 0006 01 04 3104 0001"));
}

TEST_F(ModbusConnection, HalfAnAnswerDoesNotSpoilTheNext) {
  buses_->ask(voltage(milliseconds{50}));
  accept();
  (void)asked();
  answer("0001 0000 0005 01 04");
  EXPECT_EQ(code_of(next()->answer), ErrorCode::DeadlineExceeded);
  buses_->ask(voltage());
  (void)asked();
  answer("02 0999 0002 0000 0005 01 04 02 0540");
  EXPECT_EQ(*next()->answer, from_hex("04 02 0540"));
}

TEST_F(ModbusConnection, ConnectsAgainAfterTheOtherEndClosedAnIdleConnection) {
  for (int times = 0; times < 3; ++times) {
    buses_->ask(voltage());
    accept();
    (void)asked();
    answer("0001 0000 0005 01 04 02 0540");
    EXPECT_TRUE(next()->answer) << "the first of a connection";
    peer_.close();
    run_for(milliseconds{20});
  }
}

TEST_F(ModbusConnection, LeavesWhoSpeaksSomethingElse) {
  buses_->ask(voltage());
  accept();
  (void)asked();
  answer("48 54 54 50 2F 31");
  EXPECT_EQ(code_of(next()->answer), ErrorCode::DataLoss);
}

TEST_F(ModbusConnection, LeavesWhoSendsFramesWithoutEnd) {
  buses_->ask(voltage());
  accept();
  (void)asked();
  for (int i = 0; i < 40; ++i) {
    answer("0777 0000 0005 01 04 02 0540");
  }
  const auto flooded = next();
  ASSERT_TRUE(flooded);
  EXPECT_EQ(code_of(flooded->answer), ErrorCode::DataLoss);
  EXPECT_THAT(flooded->answer.error().text, testing::HasSubstr("nobody asked for"));
  accept_next();
  EXPECT_EQ(asked(), from_hex("0001 0000 0006 01 04 3104 0001"));
}

// Its kernel takes the questions, its program hangs.
TEST_F(ModbusConnection, LeavesAGatewayThatAnswersNothingAndComesBackEverMoreSeldom) {
  make_buses({milliseconds{300}, milliseconds{600}, milliseconds{2'000}});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(code_of(result_of(voltage(milliseconds{20}))), ErrorCode::DeadlineExceeded);
  }
  const auto left = steady_clock::now();
  accept();
  const auto paused = result_of(voltage(milliseconds{20}));
  EXPECT_EQ(code_of(paused), ErrorCode::Unavailable);
  EXPECT_EQ(paused.error().text, "the gateway takes questions, but answers none");
  EXPECT_TRUE(run_until([&] { return code_of(result_of(voltage(milliseconds{20}))) == ErrorCode::DeadlineExceeded; }));
  EXPECT_GE(steady_clock::now() - left, milliseconds{200});
  accept();
  for (int i = 0; i < 4; ++i) {
    const auto silent = result_of(voltage(milliseconds{20}));
    EXPECT_EQ(code_of(silent), ErrorCode::DeadlineExceeded);
    EXPECT_EQ(silent.error().text, "the gateway takes questions, but answers none") << "until one is answered";
  }
  const auto again = steady_clock::now();
  EXPECT_EQ(code_of(result_of(voltage(milliseconds{20}))), ErrorCode::Unavailable);
  EXPECT_TRUE(run_until([&] { return code_of(result_of(voltage(milliseconds{20}))) == ErrorCode::DeadlineExceeded; }));
  EXPECT_GE(steady_clock::now() - again, milliseconds{450});
}

TEST_F(ModbusConnection, WaitsBetweenConnectionsThatFail) {
  make_buses({milliseconds{200}, milliseconds{200}, milliseconds{2'000}});
  listener_.close();
  const ModbusBus nobody = tcp(free_udp_port());
  EXPECT_EQ(code_of(result_of(question(nobody, 1, kVoltage))), ErrorCode::Unavailable);
  const auto refused = steady_clock::now();
  asio::ip::tcp::acceptor late{io_, {asio::ip::address_v4::loopback(), std::get<ModbusTcpBus>(nobody).endpoint.port}};
  bool connected = false;
  late.async_accept(peer_, [&](const boost::system::error_code& error) { connected = !error; });
  while (!connected && steady_clock::now() - refused < milliseconds{5'000}) {
    buses_->ask(question(nobody, 1, kVoltage));
    run_for(milliseconds{10});
  }
  EXPECT_TRUE(connected);
  EXPECT_GE(steady_clock::now() - refused, milliseconds{190});
}

}  // namespace
}  // namespace karkara
