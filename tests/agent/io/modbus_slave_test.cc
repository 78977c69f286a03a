// Our master against pymodbus, on pseudo-terminals and over TCP.
#include "agent/devices/modbus_pdu.h"
#include "tests/agent/io/modbus_bench.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr const char* kMap = R"({"units": {
    "1": {"holding": {"256": 7, "257": 65534, "258": 3}, "input": {"12548": 1325, "12550": 2650},
          "coils": {"2": 1, "3": 0}, "discrete": {"8204": 1}},
    "2": {"holding": {"256": 99}}},
  "identity": {"0": "Niger Solar", "1": "PX-20", "2": "V1.2"}})";
constexpr const char* kVoltage = "04 3104 0001";
constexpr const char* kPower = "04 3106 0001";

TEST_F(PymodbusBench, EveryFunctionWorksOverALineWithAndWithoutEcho) {
  for (const bool echo : {false, true}) {
    SCOPED_TRACE(echo);
    ASSERT_TRUE(plug_in(kMap, echo ? std::vector<std::string>{"--echo"} : std::vector<std::string>{}));
    const ModbusBus bus = serial(line());
    // A write comes first, when nothing is known of the line yet: its own echo must not confirm it.
    EXPECT_EQ(*result_of(question(bus, 1, "05 0002 0000")), from_hex("05 0002 0000"));
    EXPECT_EQ(*result_of(question(bus, 1, "01 0002 0002")), from_hex("01 01 00"));
    EXPECT_EQ(*result_of(question(bus, 1, "02 200C 0001")), from_hex("02 01 01"));
    EXPECT_EQ(*result_of(question(bus, 1, "03 0100 0002")), from_hex("03 04 0007 FFFE"));
    EXPECT_EQ(*result_of(question(bus, 1, kVoltage)), from_hex("04 02 052D"));
    EXPECT_EQ(*result_of(question(bus, 1, "06 0102 0005")), from_hex("06 0102 0005"));
    EXPECT_EQ(*result_of(question(bus, 1, "10 0100 0002 04 0001 0002")), from_hex("10 0100 0002"));
    EXPECT_EQ(*result_of(question(bus, 1, "03 0100 0003")), from_hex("03 06 0001 0002 0005"));
    EXPECT_EQ(*result_of(question(bus, 2, "03 0100 0001")), from_hex("03 02 0063"));
    const auto who = result_of(question(bus, 1, "2B 0E 01 00"));
    ASSERT_TRUE(who);
    EXPECT_EQ(modbus_identification({}, *who)->objects.at(ModbusIdentification::kProduct), "PX-20");
    buses_->forget({DeviceId::parse("charger").value()});
    pull_out();
  }
}

TEST_F(PymodbusBench, AHoleIsAnAnswer) {
  ASSERT_TRUE(plug_in(kMap));
  const ModbusBus bus = serial(line());
  EXPECT_EQ(*result_of(question(bus, 1, "03 0102 0002")), from_hex("83 02"));
  EXPECT_EQ(*result_of(question(bus, 1, "03 0102 0001")), from_hex("03 02 0003"));
}

TEST_F(PymodbusBench, TheEchoOfAWriteDoesNotConfirmItForASilentDevice) {
  ASSERT_TRUE(plug_in(kMap, {"--echo"}));
  ModbusAsk write = question(serial(line()), 9, "05 0002 FF00");
  write.deadline = milliseconds{200};
  EXPECT_EQ(code_of(result_of(write)), ErrorCode::DeadlineExceeded);
}

TEST_F(PymodbusBench, ALateAnswerIsNotTakenForTheNextQuestions) {
  ASSERT_TRUE(plug_in(kMap, {"--late", "300", "--delay", "300"}));
  const ModbusBus bus = serial(line());
  ModbusAsk voltage = question(bus, 1, kVoltage);
  voltage.deadline = milliseconds{200};
  EXPECT_EQ(code_of(result_of(voltage)), ErrorCode::DeadlineExceeded);
  EXPECT_EQ(*result_of(question(bus, 1, kPower)), from_hex("04 02 0A5A")) << "the same unit, function and count";
}

TEST_F(PymodbusBench, ASlowAnswerWithinItsDeadlineIsTaken) {
  ASSERT_TRUE(plug_in(kMap, {"--delay", "600"}));
  EXPECT_EQ(*result_of(question(serial(line()), 1, kVoltage)), from_hex("04 02 052D"));
}

TEST_F(PymodbusBench, ASilentDeviceDoesNotKeepTheOtherFromAnswering) {
  ASSERT_TRUE(plug_in(kMap));
  const ModbusBus bus = serial(line());
  for (int times = 0; times < 3; ++times) {
    ModbusAsk silent = question(bus, 9, kVoltage, "broken");
    silent.deadline = milliseconds{300};
    const ModbusAsk other = question(bus, 1, kVoltage, "working");
    buses_->ask(silent);
    buses_->ask(other);
    int answered = 0;
    for (int i = 0; i < 2; ++i) {
      const auto answer = next();
      ASSERT_TRUE(answer);
      if (answer->request == other.request) {
        EXPECT_EQ(*answer->answer, from_hex("04 02 052D"));
        ++answered;
      } else {
        EXPECT_EQ(code_of(answer->answer), ErrorCode::DeadlineExceeded);
      }
    }
    EXPECT_EQ(answered, 1);
  }
}

TEST_F(PymodbusBench, ALineThatWasPulledOutComesBack) {
  const ModbusBus bus = serial(line());
  EXPECT_EQ(code_of(result_of(question(bus, 1, kVoltage))), ErrorCode::Unavailable) << "not there yet";
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(plug_in(kMap));
    ASSERT_TRUE(run_until([&] { return result_of(question(bus, 1, kVoltage)).ok(); }));
    pull_out();
    EXPECT_EQ(code_of(result_of(question(bus, 1, kVoltage))), ErrorCode::Unavailable);
  }
}

TEST_F(PymodbusBench, AsksOverTcpAndHearsTheGateway) {
  const ModbusBus bus = tcp(serve(kMap));
  EXPECT_EQ(*result_of(question(bus, 1, "03 0100 0002")), from_hex("03 04 0007 FFFE"));
  EXPECT_EQ(*result_of(question(bus, 1, "03 0102 0002")), from_hex("83 02"));
  EXPECT_EQ(*result_of(question(bus, 9, "03 0100 0002")), from_hex("83 0B")) << "nobody behind it";
  EXPECT_EQ(*result_of(question(bus, 1, "05 0002 0000")), from_hex("05 0002 0000"));
  const auto who = result_of(question(bus, 1, "2B 0E 01 00"));
  ASSERT_TRUE(who);
  EXPECT_EQ(modbus_identification({}, *who)->objects.at(ModbusIdentification::kVendor), "Niger Solar");
}

TEST_F(PymodbusBench, ALateAnswerOverTcpIsDropped) {
  const ModbusBus bus = tcp(serve(kMap, {"--late", "300", "--delay", "300"}));
  ModbusAsk voltage = question(bus, 1, kVoltage);
  voltage.deadline = milliseconds{200};
  EXPECT_EQ(code_of(result_of(voltage)), ErrorCode::DeadlineExceeded);
  EXPECT_EQ(*result_of(question(bus, 1, kPower)), from_hex("04 02 0A5A"));
}

TEST_F(PymodbusBench, AConnectionThatBreaksInTheMiddleIsMadeAgain) {
  const ModbusBus bus = tcp(serve(kMap, {"--drop-after", "2"}));
  for (int times = 0; times < 3; ++times) {
    ASSERT_TRUE(run_until([&] { return result_of(question(bus, 1, kVoltage)).ok(); }));
    const auto broken = steady_clock::now();
    EXPECT_EQ(code_of(result_of(question(bus, 1, kVoltage))), ErrorCode::Unavailable);
    EXPECT_LT(steady_clock::now() - broken, milliseconds{900}) << "told at once, not after the deadline";
  }
}

}  // namespace
}  // namespace karkara
